import { packageTests } from '@weft/vitest-config';

// Some tests look at what the garbage collector can take.
export default packageTests({ execArgv: ['--expose-gc'] });
