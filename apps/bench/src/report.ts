import type { Size } from './bench-case.ts';
import type { Machine } from './machine.ts';
import type { CaseResult } from './measure-case.ts';

/** All figures of one run. */
export interface Report {
  machine: Machine;
  /** As `YYYY-MM-DD`. */
  date: string;
  size: Size;
  /** What the run was told, but for where to write. */
  flags: string[];
  cases: CaseResult[];
}
