import type { SingleBar } from 'cli-progress';
import type { Pipeline } from '../../pipeline.ts';
import type { PipelineStats } from './pipeline-run.ts';

/** Draws a bar on a terminal for as long as a pipeline reports progress: one for each of its runs. */
export function showProgress(
  pipeline: Pipeline<unknown>,
  { total = 0, stream = process.stderr }: { total?: number | undefined; stream?: NodeJS.WriteStream | undefined },
): void {
  if (!stream.isTTY) return;
  let drawn: Promise<SingleBar> | undefined;
  pipeline.on('progress', (stats: PipelineStats) => {
    // A bar keeps the process alive until it is stopped, so there is none before the pipeline runs.
    drawn ??= startBar(total, stream);
    void drawn.then((bar) => {
      const rate = (stats.results / Math.max(stats.elapsed, 1)) * 1_000;
      bar.update(stats.results, { rate: rate.toFixed(0), bottleneck: `slowest: ${stats.bottleneck ?? 'the source'}` });
      if (stats.ended) bar.stop();
    });
    if (stats.ended) drawn = undefined;
  });
}

// Loaded when it is used: whoever shows no bar does not pay for it.
async function startBar(total: number, stream: NodeJS.WriteStream): Promise<SingleBar> {
  const { default: progress } = await import('cli-progress');
  const format = total > 0 ? '{bar} {value}/{total} {rate}/s {bottleneck}' : '{value} {rate}/s {bottleneck}';
  const options = { format, stream, clearOnComplete: false, hideCursor: true };
  const bar = new progress.SingleBar(options, progress.Presets.shades_classic);
  bar.start(total, 0, { rate: '0', bottleneck: '' });
  return bar;
}
