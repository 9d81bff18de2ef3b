import { packageTests } from '@weft/vitest-config';

// Threads take their time to start where other packages' tests run beside these.
export default packageTests({ testTimeout: 240_000 });
