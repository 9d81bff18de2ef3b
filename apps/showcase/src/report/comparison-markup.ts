import type { ComparisonRow, WorkloadName } from '../compare/row.ts';
import type { TechniqueName } from '../techniques/technique.ts';
import { bytes, factor, milliseconds, significant } from '../terminal/numbers.ts';
import { spread } from '../terminal/samples.ts';
import { tutorialTable } from '../tutorial/table.ts';
import { convoyChart, gilChart, memoryChart, speedupChart, startChart } from './charts.ts';
import { drawBarChart } from './chart.ts';
import { type Markup, chartFigure, html, table } from './markup.ts';
import type { Report } from './report.ts';

/** The tutorial's table, what was measured beside it, and the charts of that. */
export function comparisonMarkup(report: Report): Markup {
  const { comparison, convoy, python } = report;
  const workloads = [...new Set(comparison.rows.map(({ workload }) => workload))];
  return html`${tutorialMarkup(report)}
    <p>
      Speedups are over the same work done one piece after the other, round by round; times are medians with the middle
      half of the samples in brackets. Every runtime’s speedups are over its own sequential run: Python’s own workload
      is smaller, only the speedups are to be compared.
    </p>
    <div class="pair">
      ${workloads.map((workload) => figure(speedupChart(report, workload), speedupTable(report, workload)))}
      ${figure(gilChart(report), gilTable(report))}
      ${figure(
        convoyChart(convoy),
        table(
          'How long a wait of 1 ms takes a thread',
          ['Setting', 'Milliseconds|'],
          [
            ['alone', spread(convoy.alone)],
            ['beside a thread that computes', spread(convoy.besideComputation)],
            ['the same under an emulated GIL', spread(convoy.besideComputationUnderGil)],
          ],
        ),
      )}
      ${figure(startChart(comparison.startCosts), startTable(report))}
      ${figure(memoryChart(comparison.startCosts), memoryTable(report))}
    </div>
    <h3>Everything that was measured</h3>
    ${measuredTable(comparison.rows, 'Technique by workload')}
    ${python === undefined ? html`<p>The real Python was not measured.</p>` : undefined}`;
}

function figure(data: Parameters<typeof drawBarChart>[0], numbers: Markup): Markup {
  return chartFigure(data.title, drawBarChart(data), numbers);
}

function tutorialMarkup({ comparison }: Report): Markup {
  const cell = (technique: TechniqueName, workload: WorkloadName) => {
    const row = comparison.rows.find((each) => each.technique === technique && each.workload === workload);
    return row === undefined ? '–' : `${milliseconds(row.wallTime.median)}, ${factor(row.speedup.median)}`;
  };
  return table(
    'The tutorial’s table, and what was measured just now',
    ['Technique', 'Best For', 'Drawbacks', 'I/O-bound|', 'CPU-bound|'],
    tutorialTable.map(({ technique, bestFor, drawbacks }) => [
      technique,
      bestFor,
      drawbacks,
      cell(technique, 'I/O-bound'),
      cell(technique, 'CPU-bound'),
    ]),
  );
}

function speedupTable({ comparison, python }: Report, workload: WorkloadName): Markup {
  const theirs = (technique: TechniqueName) => {
    const row = python?.rows.find((each) => each.technique === technique && each.workload === workload);
    return row === undefined ? 'no Python' : spread(row.speedup);
  };
  return table(
    `${workload}: speedup over sequential`,
    ['Technique', 'Here|', python === undefined ? 'Python|' : `Python ${python.version}|`],
    comparison.rows
      .filter((row) => row.workload === workload)
      .map(({ technique, speedup }) => [
        technique,
        spread(speedup),
        technique.includes('emulated') ? '–' : theirs(technique),
      ]),
  );
}

function gilTable({ comparison }: Report): Markup {
  const compared: TechniqueName[] = ['sequential', 'threading, emulated GIL', 'threading'];
  return table(
    'CPU-bound work with and without the emulated GIL',
    ['Technique', 'Wall time, ms|', 'Speedup, ×|'],
    comparison.rows
      .filter(({ workload, technique }) => workload === 'CPU-bound' && compared.includes(technique))
      .map(({ technique, wallTime, speedup }) => [technique, spread(wallTime), spread(speedup)]),
  );
}

function measuredTable(rows: readonly ComparisonRow[], caption: string): Markup {
  return table(
    caption,
    [
      'Technique',
      'Workload',
      'Workers|',
      'Wall time, ms|',
      'Speedup, ×|',
      'Efficiency|',
      'CPU, s|',
      'Loop delay, ms|',
      'Serialised|',
    ],
    rows.map((row) => [
      row.technique,
      row.workload,
      String(row.workers),
      spread(row.wallTime),
      spread(row.speedup),
      significant(row.efficiency),
      spread(row.cpuSeconds),
      spread(row.loopDelay),
      bytes(row.bytesSerialized),
    ]),
  );
}

function startTable({ comparison }: Report): Markup {
  return table(
    'What the first worker costs',
    ['Technique', 'Cold start, ms|', 'Warm start, ms|'],
    comparison.startCosts.map(({ technique, coldStart, warmStart }) => [
      technique,
      spread(coldStart),
      spread(warmStart),
    ]),
  );
}

function memoryTable({ comparison }: Report): Markup {
  return table(
    'What one more of them adds to the memory',
    ['Technique', 'Memory (PSS)|'],
    comparison.startCosts.map(({ technique, memoryPerWorker }) => [technique, bytes(memoryPerWorker)]),
  );
}
