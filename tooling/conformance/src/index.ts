export { type LockLike, type LockSuiteOptions, lockConformance } from './lock.ts';
export type { Activity, Elsewhere, SuiteOptions } from './suite.ts';
export type { WaitOptions } from './wait-options.ts';
