import process from 'node:process';
import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a long piece of work is. */
export interface Progress {
  /** Says what comes next. */
  step(what: string): void;
  /** Takes the display away. */
  stop(): void;
}

/**
 * Starts a progress display on standard error, where it does not mix with what the program prints. Where standard error
 * is no terminal, nothing is shown.
 *
 * It is drawn only when a step begins, so that it never disturbs what is being measured.
 *
 * @param total How many steps there will be.
 */
export function startProgress(total: number): Progress {
  if (!process.stderr.isTTY) return { step: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {percentage} % | {what}',
      clearOnComplete: true,
      hideCursor: false,
      fps: 1000,
      linewrap: false,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { what: '' });
  // While it is drawn the terminal does not wrap lines: an interrupted program puts that back as well.
  const stop = (): void => bar.stop();
  process.once('exit', stop);
  return {
    step: (what) => bar.increment(1, { what }),
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}
