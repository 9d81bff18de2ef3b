import type { Subject } from './bench-case.ts';

/**
 * Makes a subject of a function that does the work and checks its own answers: until it is warm, then five times, of which
 * the middle one counts, in milliseconds.
 */
export function timed(
  name: string,
  role: Subject['role'],
  library: string | undefined,
  run: (amount: number) => unknown,
  figure: (milliseconds: number, amount: number) => number = (milliseconds) => milliseconds,
): Subject {
  return {
    name,
    role,
    ...(library === undefined ? {} : { package: library }),
    measure: async (amount, least) => {
      const started = performance.now();
      do await run(amount);
      while (performance.now() - started < least);
      const times: number[] = [];
      for (let repeat = 0; repeat < 5; repeat += 1) {
        (globalThis as { gc?: () => void }).gc?.();
        const begun = performance.now();
        await run(amount);
        times.push(performance.now() - begun);
      }
      return figure(times.toSorted((a, b) => a - b)[2] ?? Number.NaN, amount);
    },
  };
}

/** Nanoseconds for each of the operations. */
export function nanosecondsEach(milliseconds: number, amount: number): number {
  return (milliseconds / amount) * 1e6;
}

/** Operations in a second. */
export function eachSecond(milliseconds: number, amount: number): number {
  return (amount / milliseconds) * 1_000;
}
