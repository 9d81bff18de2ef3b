import type { Pipeline } from '../../pipeline.ts';
import type { PipelineStats } from './pipeline-run.ts';

/** Draws a bar on a terminal for as long as a pipeline reports progress. */
export function showProgress(
  pipeline: Pipeline<unknown>,
  { total = 0, stream = process.stderr }: { total?: number | undefined; stream?: NodeJS.WriteStream | undefined },
): void {
  if (!stream.isTTY) return;
  // Loaded when it is used: whoever shows no bar does not pay for it.
  const drawn = import('cli-progress').then(({ default: { Presets, SingleBar } }) => {
    const format = total > 0 ? '{bar} {value}/{total} {rate}/s {bottleneck}' : '{value} {rate}/s {bottleneck}';
    const bar = new SingleBar({ format, stream, clearOnComplete: false, hideCursor: true }, Presets.shades_classic);
    bar.start(total, 0, { rate: '0', bottleneck: '' });
    return bar;
  });
  let ended = false;
  pipeline.on('progress', (stats: PipelineStats) => {
    void drawn.then((bar) => {
      const rate = (stats.results / Math.max(stats.elapsed, 1)) * 1_000;
      bar.update(stats.results, { rate: rate.toFixed(0), bottleneck: `slowest: ${stats.bottleneck ?? 'the source'}` });
      if (stats.ended && !ended) {
        ended = true;
        bar.stop();
      }
    });
  });
}
