import type { ComparisonRow, WorkloadName } from '../compare/row.ts';
import type { TechniqueName } from '../techniques/technique.ts';
import { tutorialTable } from '../tutorial/table.ts';
import { factor, milliseconds } from './numbers.ts';
import { drawTable } from './table.ts';

/** Draws the tutorial's comparison with what was measured just now beside each of its rows. */
export function drawTutorialTable(rows: readonly ComparisonRow[]): string {
  const cell = (technique: TechniqueName, workload: WorkloadName) => {
    const row = rows.find((each) => each.technique === technique && each.workload === workload);
    return row === undefined ? '–' : `${milliseconds(row.wallTime.median)}\n${factor(row.speedup.median)}`;
  };
  const measured = (technique: TechniqueName) => [cell(technique, 'I/O-bound'), cell(technique, 'CPU-bound')];
  return drawTable(
    ['Technique', 'Best For', 'Drawbacks', 'I/O-bound|', 'CPU-bound|'],
    [
      ['sequential', '–', '–', ...measured('sequential')],
      ...tutorialTable.map(({ technique, bestFor, drawbacks }) => [
        technique,
        bestFor,
        drawbacks,
        ...measured(technique),
      ]),
      ['threading, emulated GIL', '–', 'What Python’s threads live with', ...measured('threading, emulated GIL')],
    ],
  );
}
