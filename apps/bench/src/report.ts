import type { Size } from './bench-case.ts';
import type { Machine } from './machine.ts';
import type { CaseResult } from './measure-case.ts';

/** All figures of one run. */
export interface Report {
  machine: Machine;
  /** As `YYYY-MM-DD`. */
  date: string;
  size: Size;
  cases: CaseResult[];
}
