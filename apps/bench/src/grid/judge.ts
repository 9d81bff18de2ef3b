import { recommend } from '@weft/combined';
import { median } from '../statistics.ts';
import { techniques } from './techniques.ts';
import { type Cell, type Item, itemsOf, work } from './workload.ts';

/** What was recommended for a cell, and what was really fastest. */
export interface Judgement {
  cell: Cell;
  recommended: string;
  fastest: string;
  /** The recommended one's time divided by the fastest one's. */
  factor: number;
  /** Whether it is the fastest, or within a fifth of it. */
  right: boolean;
}

const TOLERANCE = 1.2;
const REPEATS = 3;

/** Asks for a recommendation and then tries everything. */
export async function judge(cell: Cell): Promise<Judgement> {
  const items = itemsOf(cell);
  const { technique } = await recommend(work, items.slice(0, 3), { count: cell.count, budget: 200 });
  const times = new Map<string, number[]>();
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    for (const [name, run] of Object.entries(techniques)) {
      times.set(name, [...(times.get(name) ?? []), await timeOf(run, items)]);
    }
  }
  const medians = [...times].map(([name, all]): [string, number] => [name, median(all)]);
  const [fastest, best] = medians.toSorted((a, b) => a[1] - b[1])[0] as [string, number];
  const factor = (medians.find(([name]) => name === technique)?.[1] ?? Number.NaN) / best;
  return { cell, recommended: technique, fastest, factor, right: factor <= TOLERANCE };
}

async function timeOf(run: (items: Item[]) => Promise<unknown>, items: Item[]): Promise<number> {
  const begun = performance.now();
  await run(items);
  return performance.now() - begun;
}
