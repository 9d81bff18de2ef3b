import { checkCount, checkOptions, checkTimeout } from '@weft/core/lowlevel';
import type { Target } from '@weft/core';
import { type Estimates, TECHNIQUES, type TechniqueChoice, estimate } from './internal/recommend/estimate.ts';
import { type MachineCosts, machineCosts } from './internal/recommend/machine.ts';
import { type CallProfile, measureCalls } from './internal/recommend/measure.ts';
import { explain } from './internal/recommend/explain.ts';
import { findObstacles } from './internal/recommend/obstacles.ts';

/** What is to be known of the work besides a few samples. */
export interface RecommendOptions {
  /** How many calls the whole work has. @default the number of samples */
  count?: number | undefined;
  /** How long the samples may run, in milliseconds; one of them always runs to its end. @default 1000 */
  budget?: number | undefined;
}

/** Which technique to choose, and why. */
export interface Recommendation {
  technique: TechniqueChoice;
  /** Sentences that say why, each with its figure. */
  reasons: string[];
  measured: {
    call: CallProfile;
    machine: MachineCosts;
    /** The whole work with each technique, in milliseconds. */
    estimates: Estimates;
  };
  /** How many times faster than one call after the other. */
  expectedSpeedup: number;
}

/** How much slower a simpler technique may be and still be chosen. */
const SIMPLICITY_IS_WORTH = 1.05;

/**
 * Chooses a technique for calling a function on many items: the conclusion of "Concurrency in Python" as a function.
 *
 * It runs the samples here, one after the other, compares the time that they wait with the time that they compute and
 * that they block the event loop, and these with what tasks, threads and processes cost on this machine.
 *
 * @param fn The function. If it is not exported, only techniques of this thread can be chosen.
 * @param samples Some of the items that it will be called with. They are really called: the first one once more, to warm
 *   up, and all of them up to three times as long as they are quick. Mind side effects.
 * @param options How many items there will be, and how long the samples may take.
 * @returns The technique, the reasons, the measurements, and the speed-up to expect.
 * @throws {TypeError} If `fn` is not a function.
 * @throws {TypeError} If `count` is not a whole number.
 * @throws {RangeError} If there are no samples, or `count` is below 1.
 * @throws Whatever the function throws.
 * @example
 * const { technique, reasons } = await recommend(parsePage, pages.slice(0, 5), { count: pages.length });
 */
export async function recommend<T>(
  fn: (item: T) => unknown,
  samples: Iterable<T>,
  options: RecommendOptions = {},
): Promise<Recommendation> {
  if (typeof fn !== 'function') throw new TypeError(`Cannot measure ${String(fn)}: it is not a function`);
  checkOptions('recommend a technique', options);
  const items = [...samples];
  if (items.length === 0) throw new RangeError('Cannot recommend a technique without samples: give at least one');
  const count = checkCount('count', options.count ?? items.length);
  const runFor = checkTimeout(options.budget ?? 1_000, 'budget');
  const machine = await machineCosts();
  const { profile: call, obstacles: found } = await measureCalls(fn, items, runFor);
  const obstacles = findObstacles(fn as Target, found);
  const estimates = estimate({ call, machine, count, obstacles });
  const technique = choose(estimates);
  return {
    technique,
    reasons: explain({ technique, call, machine, estimates, count, obstacles }),
    measured: { call, machine, estimates },
    expectedSpeedup: estimates.sequential / estimates[technique],
  };
}

// The simplest of those that are about as fast as the fastest.
function choose(estimates: Estimates): TechniqueChoice {
  const best = Math.min(...Object.values(estimates));
  return TECHNIQUES.find((technique) => estimates[technique] <= best * SIMPLICITY_IS_WORTH) ?? 'sequential';
}
