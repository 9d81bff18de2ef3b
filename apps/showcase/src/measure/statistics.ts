/** What a set of measured values says: the median and the middle half are drawn, the samples are kept. */
export interface Summary {
  median: number;
  /** The lower end of the middle half. */
  q1: number;
  /** The upper end of the middle half. */
  q3: number;
  samples: number[];
}

/**
 * Sums up measured values.
 *
 * @param samples At least one value.
 * @throws {RangeError} If there is none.
 */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('Cannot sum up no samples');
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    samples: [...samples],
  };
}

/** The middle of some values. */
export function median(samples: readonly number[]): number {
  return summarize(samples).median;
}

/** Between two values the quantile is interpolated, as NumPy and R do by default. */
function quantile(sorted: readonly number[], part: number): number {
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
