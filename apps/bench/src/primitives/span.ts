/** The clock that all threads and processes of the machine share, in milliseconds. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Widens a span, which starts as zeros, so that it reaches from a moment, or an earlier one, to now. */
export function noteSpan(span: Float64Array, begun: number): void {
  span[0] = span[0] === 0 ? begun : Math.min(Number(span[0]), begun);
  span[1] = now();
}

/** How long a span is, in milliseconds. */
export function spanOf(span: Float64Array): number {
  return Number(span[1]) - Number(span[0]);
}
