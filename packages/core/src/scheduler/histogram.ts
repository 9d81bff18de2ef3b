import type { Percentiles } from '../executor.ts';

/** Buckets within a power of two: what is read off is at most 3 % too high. */
const STEPS = 32;
const LOWEST = 2 ** -14;
const OCTAVES = 40;

/** How a set of durations in milliseconds is spread, in constant space. */
export class Histogram {
  readonly #buckets = new Float64Array(OCTAVES * STEPS);
  #count = 0;
  #max = 0;

  /** Adds a duration. */
  add(duration: number): void {
    if (duration > this.#max) this.#max = duration;
    this.#count += 1;
    const octaves = Math.log2(Math.max(duration, LOWEST) / LOWEST);
    const at = Math.min(Math.floor(octaves * STEPS), this.#buckets.length - 1);
    this.#buckets[at] = (this.#buckets[at] as number) + 1;
  }

  /** Forgets everything. */
  reset(): void {
    this.#buckets.fill(0);
    this.#count = 0;
    this.#max = 0;
  }

  /** The usual percentiles. */
  percentiles(): Percentiles {
    return { p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99), max: this.#max };
  }

  #at(part: number): number {
    let rest = Math.ceil(this.#count * part);
    if (rest === 0) return 0;
    for (let i = 0; i < this.#buckets.length; i += 1) {
      rest -= this.#buckets[i] as number;
      if (rest <= 0) return Math.min(this.#max, LOWEST * 2 ** ((i + 1) / STEPS));
    }
    return this.#max;
  }
}
