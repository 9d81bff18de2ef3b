import type { TechniqueName } from '../techniques/technique.ts';

/** A row of the tutorial's comparison, word for word. */
export interface TutorialRow {
  technique: TechniqueName;
  bestFor: string;
  drawbacks: string;
}

/** The tutorial's comparison of concurrency techniques. */
export const tutorialTable: readonly TutorialRow[] = [
  {
    technique: 'threading',
    bestFor: 'I/O-bound tasks',
    drawbacks: 'Limited by the Global Interpreter Lock (GIL), not effective for CPU-bound tasks.',
  },
  {
    technique: 'multiprocessing',
    bestFor: 'CPU-bound tasks',
    drawbacks: 'Higher resource usage due to process overhead.',
  },
  {
    technique: 'asyncio',
    bestFor: 'Lightweight I/O-bound tasks',
    drawbacks: 'Requires re-writing functions as coroutines, single-threaded.',
  },
];
