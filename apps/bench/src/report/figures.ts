const format = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** Writes a figure with three digits that count. */
export function figure(value: number): string {
  return Number.isFinite(value) ? format.format(value) : '–';
}

/** Writes how many times better ours is. */
export function ratio(value: number): string {
  // Where timers went off early, there is no saying how many times better that is.
  if (!Number.isFinite(value) || value <= 0) return '–';
  return value >= 1 ? `${figure(value)}× better` : `${figure(1 / value)}× worse`;
}
