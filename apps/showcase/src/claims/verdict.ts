import { summarize } from '../measure/statistics.ts';

/** What the measurement says about a claim. */
export type Verdict = 'confirmed' | 'refuted' | 'confirmed only with an emulated GIL' | 'inconclusive';

/** What has to hold of a measured quantity for a claim to be true. It is fixed in code, before anything is measured. */
export interface Threshold {
  /** The quantity, as it is called in the samples. */
  metric: string;
  unit: string;
  atLeast?: number;
  atMost?: number;
  /** Whether it was measured under the emulated GIL: such a threshold never confirms a claim about Node itself. */
  emulated?: boolean;
}

/** Measured values, by the name of the quantity. */
export type Samples = Record<string, number[]>;

type Outcome = 'held' | 'failed' | 'unclear';

/**
 * Judges a claim. A threshold holds if the middle half of the samples keeps it, and fails if the whole middle half
 * breaks it; in between the measurement was too noisy to say.
 *
 * @param thresholds What was fixed beforehand.
 * @param samples What was measured.
 */
export function judge(thresholds: readonly Threshold[], samples: Samples): Verdict {
  const itself = combine(
    thresholds.filter(({ emulated }) => emulated !== true),
    samples,
  );
  if (itself === 'held') return 'confirmed';
  if (itself === 'unclear') return 'inconclusive';
  const emulated = thresholds.filter((threshold) => threshold.emulated);
  if (emulated.length === 0) return 'refuted';
  const outcome = combine(emulated, samples);
  if (outcome === 'unclear') return 'inconclusive';
  return outcome === 'held' ? 'confirmed only with an emulated GIL' : 'refuted';
}

/** Writes a threshold as people read it. */
export function describeThreshold({ metric, unit, atLeast, atMost, emulated }: Threshold): string {
  const where = emulated === true ? ' (emulated GIL)' : '';
  return `${metric}${where}: ${describeRange(atLeast, atMost)} ${unit}`.trimEnd();
}

function describeRange(atLeast: number | undefined, atMost: number | undefined): string {
  if (atLeast === undefined) return `at most ${atMost}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === atMost ? `exactly ${atLeast}` : `${atLeast} to ${atMost}`;
}

function combine(thresholds: readonly Threshold[], samples: Samples): Outcome {
  const outcomes = thresholds.map((threshold) => compare(threshold, samples));
  if (outcomes.includes('failed')) return 'failed';
  return outcomes.includes('unclear') ? 'unclear' : 'held';
}

function compare({ metric, atLeast = -Infinity, atMost = Infinity }: Threshold, samples: Samples): Outcome {
  const values = samples[metric] ?? [];
  if (values.length === 0) return 'unclear';
  const { q1, q3 } = summarize(values);
  if (q1 >= atLeast && q3 <= atMost) return 'held';
  return q3 < atLeast || q1 > atMost ? 'failed' : 'unclear';
}
