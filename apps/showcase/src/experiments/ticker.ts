import { performance } from 'node:perf_hooks';

const INTERVAL = 10;

/**
 * Ticks every 10 ms while a piece of work goes on, and says how far the ticks were apart.
 *
 * @returns The longest gap between two ticks, in milliseconds.
 */
export async function longestGap(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const ticker = setInterval(look, INTERVAL);
  try {
    await work();
    look();
  } finally {
    clearInterval(ticker);
  }
  return longest;
}
