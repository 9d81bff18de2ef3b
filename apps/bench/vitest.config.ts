import { packageTests } from '@weft/vitest-config';

export default packageTests({ testTimeout: 300_000 });
