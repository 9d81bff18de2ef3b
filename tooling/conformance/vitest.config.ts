import { packageTests } from '@weft/vitest-config';

// Broken primitives leave rejections behind that nobody reads.
export default packageTests({ onUnhandledError: () => false });
