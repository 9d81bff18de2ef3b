import { packageTests } from '@weft/vitest-config';

// Programs with many processes and a browser take their time on a busy machine.
export default packageTests({ testTimeout: 180_000, hookTimeout: 180_000 });
