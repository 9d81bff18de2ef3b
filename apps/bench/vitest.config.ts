import { packageTests } from '@weft/vitest-config';

export default packageTests();
