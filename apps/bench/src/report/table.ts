import Table from 'cli-table3';
import type { CaseResult } from '../measure-case.ts';
import { figure, ratio } from './figures.ts';
import { bestFirst, describeStanding } from './standing.ts';

/** Lays a case out for a terminal. */
export function caseTable(result: CaseResult): string {
  const table = new Table({ head: ['', result.unit, 'spread', 'ours is'], style: { head: [], border: [] } });
  for (const { name, version, median, samples, ratioToOurs, role } of bestFirst(result)) {
    const spread = `${figure(Math.min(...samples))} – ${figure(Math.max(...samples))}`;
    table.push([
      `${name} ${version}${role === 'floor' ? ' (floor)' : ''}`,
      figure(median),
      spread,
      role === 'ours' ? '' : ratio(ratioToOurs),
    ]);
  }
  const absent = result.absent.map(({ name, reason }) => `  ${name}: ${reason}`);
  return [`${result.area}: ${result.case}`, table.toString(), describeStanding(result), ...absent].join('\n');
}
