import type { Comparison, ComparisonRow, StartCost, WorkloadName } from '../compare/row.ts';
import type { Scale } from '../measure/scale.ts';
import type { TechniqueName } from '../techniques/technique.ts';

/** What the experiments share: how much to measure, and the comparison that was measured before. */
export interface Lab {
  scale: Scale;
  cores: number;
  comparison: Comparison;
}

/**
 * Finds what the comparison measured.
 *
 * @throws {RangeError} If that was not measured.
 */
export function rowOf({ comparison }: Lab, technique: TechniqueName, workload: WorkloadName): ComparisonRow {
  return found(
    comparison.rows.find((row) => row.technique === technique && row.workload === workload),
    technique,
  );
}

/**
 * Finds what a technique's first worker costs.
 *
 * @throws {RangeError} If that was not measured.
 */
export function startCostOf({ comparison }: Lab, technique: TechniqueName): StartCost {
  return found(
    comparison.startCosts.find((cost) => cost.technique === technique),
    technique,
  );
}

/**
 * How much of a core the machine gave to work that needs one whole core: less than 1 if other programs wanted it, too.
 * 1 if that was not measured.
 */
export function shareOfCore({ comparison }: Pick<Lab, 'comparison'>): number {
  const row = comparison.rows.find(({ technique, workload }) => technique === 'sequential' && workload === 'CPU-bound');
  return row === undefined ? 1 : (row.cpuSeconds.median * 1000) / row.wallTime.median;
}

/** How many times faster CPU-bound work has to become on so many cores to count as scaling. */
export function scalingOn(cores: number): number {
  return 0.6 * Math.min(4, cores);
}

/** Does an experiment several times. */
export async function repeat<T>(rounds: number, experiment: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await experiment());
  return results;
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`Cannot find what was measured of ${name}`);
  return value;
}
