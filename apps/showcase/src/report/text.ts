import process from 'node:process';
import { styleText } from 'node:util';
import type { JudgedClaim } from '../claims/claim.ts';
import type { Verdict } from '../claims/verdict.ts';
import { describeThreshold } from '../claims/verdict.ts';
import { summarize } from '../measure/statistics.ts';
import { bytes, significant } from '../terminal/numbers.ts';
import { spread } from '../terminal/samples.ts';
import { drawTable } from '../terminal/table.ts';
import { drawTutorialTable } from '../terminal/tutorial-table.ts';
import { drawTextTimeline } from '../trace/text-timeline.ts';
import type { Report } from './report.ts';

const colours: Record<Verdict, 'green' | 'red' | 'yellow' | 'gray'> = {
  confirmed: 'green',
  refuted: 'red',
  'confirmed only with an emulated GIL': 'yellow',
  inconclusive: 'gray',
};

/** Prints a report in the terminal. */
export function printReport(report: Report): void {
  const { comparison, python, scenarios, claims, machine, seconds } = report;
  section('The tutorial’s comparison, measured just now', drawTutorialTable(comparison.rows));
  section('Technique by workload: medians (middle half)', measuredTable(report));
  section('What the first worker costs', startTable(report));
  section(
    'Speedups beside the real Python',
    python === undefined ? 'The real Python was not measured.' : pythonTable(report),
  );
  for (const { title, timeline, wall } of scenarios)
    section(`${title}: ${Math.round(wall)} ms`, drawTextTimeline(timeline));
  section('The claims of the tutorial', claims.map(describeClaim).join('\n\n'));
  console.log(
    `\nNode ${machine.node}, ${machine.cores} cores (${machine.processor}); ${Math.round(seconds)} s in all.`,
  );
}

/** Tells a claim's verdict, what was measured and what was asked for. */
export function describeClaim({ sentence, verdict, expected, thresholds, samples, trouble }: JudgedClaim): string {
  const news = verdict === expected ? '' : ` (expected: ${expected})`;
  const lines = thresholds.map((threshold) => {
    const values = samples[threshold.metric] ?? [];
    return `    ${describeThreshold(threshold)}; measured ${values.length === 0 ? 'nothing' : spread(summarize(values))}`;
  });
  const why = trouble === undefined ? [] : [`    ${trouble}`];
  return [`${paint(verdict, verdict.toUpperCase() + news)}  “${sentence}”`, ...lines, ...why].join('\n');
}

function section(title: string, content: string): void {
  console.log(`\n${styleText(['bold', 'underline'], title, { stream: process.stdout })}\n\n${content}`);
}

function paint(verdict: Verdict, text: string): string {
  return styleText(['bold', colours[verdict]], text, { stream: process.stdout });
}

function measuredTable({ comparison }: Report): string {
  return drawTable(
    ['Technique', 'Workload', 'Workers|', 'Wall, ms|', 'Speedup|', 'Eff.|', 'CPU, s|', 'Loop, ms|', 'Bytes|'],
    comparison.rows.map((row) => [
      row.technique,
      row.workload,
      String(row.workers),
      spread(row.wallTime),
      spread(row.speedup),
      significant(row.efficiency),
      significant(row.cpuSeconds.median),
      significant(row.loopDelay.median),
      bytes(row.bytesSerialized),
    ]),
  );
}

function startTable({ comparison }: Report): string {
  return drawTable(
    ['Technique', 'Cold start, ms|', 'Warm start, ms|', 'Memory (PSS)|'],
    comparison.startCosts.map(({ technique, coldStart, warmStart, memoryPerWorker }) => [
      technique,
      spread(coldStart),
      spread(warmStart),
      bytes(memoryPerWorker),
    ]),
  );
}

function pythonTable({ comparison, python }: Report): string {
  const rows = comparison.rows.filter(({ technique }) => !technique.includes('emulated'));
  return drawTable(
    ['Technique', 'Workload', 'Here|', `Python ${python?.version}|`],
    rows.map(({ technique, workload, speedup }) => {
      const theirs = python?.rows.find((row) => row.technique === technique && row.workload === workload);
      return [technique, workload, spread(speedup), theirs === undefined ? '–' : spread(theirs.speedup)];
    }),
  );
}
