import { availableParallelism } from 'node:os';
import { quick } from '../measure/scale.ts';
import { measureWorkloads } from '../compare/measure-workloads.ts';
import { exampleNames } from '../examples/index.ts';
import { techniques } from '../techniques/index.ts';
import { heading } from '../terminal/heading.ts';
import { startProgress } from '../terminal/progress.ts';
import { drawTutorialTable } from '../terminal/tutorial-table.ts';
import { run } from './run.ts';

/** Runs the tutorial's four examples, then measures its comparison table on this machine. */
export async function start(): Promise<void> {
  for (const name of exampleNames) {
    heading(name);
    await run(name);
  }
  heading('Comparison of Concurrency Techniques, measured just now');
  const progress = startProgress(2 * quick.rounds * techniques.length);
  const rows = await measureWorkloads(quick, progress.step);
  progress.stop();
  console.log(drawTutorialTable(rows));
  const { waits, computations } = quick;
  console.log(
    [
      `I/O-bound: ${waits.tasks} waits of ${waits.ms} ms. CPU-bound: ${computations.tasks} counts of the primes below ${computations.limit}.`,
      `Medians of ${quick.rounds} interleaved rounds, workers ready, ${availableParallelism()} cores; × is the speedup over sequential.`,
      'The whole report: showcase compare --html report.html',
    ].join('\n'),
  );
}
