/** How much of a case is run: once to see that it works, in two minutes with all others, or for figures to quote. */
export type Size = 'toy' | 'quick' | 'full';

/** Somebody who can do what a case asks. */
export interface Subject {
  name: string;
  /** The npm package whose version is reported; left out for Node's own means and for Python. */
  package?: string;
  /** `ours`, a `peer`, or a `floor`: the bare means without any library. */
  role: 'ours' | 'peer' | 'floor';
  /**
   * Does the work once, in a fresh process, and checks its answer before it times it.
   *
   * @param amount How much, as the case's size says.
   * @param least How long to warm up, and then to measure, at least, in milliseconds: until code is compiled, libraries
   *   differ by how much of it they have.
   * @returns The figure, in the case's unit.
   */
  measure(amount: number, least: number): Promise<number>;
}

/** Somebody who cannot do it, and why. */
export interface Absentee {
  name: string;
  reason: string;
}

/** Something that is measured side by side. */
export interface BenchCase {
  area: string;
  name: string;
  unit: string;
  better: 'higher' | 'lower';
  /** How much each size asks for. */
  amounts: Record<Size, number>;
  subjects: Subject[];
  absent?: Absentee[];
  /** What a reader has to know to read the figures. */
  note?: string;
}

/** Thrown when a subject gives a wrong answer: its figure would mean nothing. */
export class WrongAnswerError extends Error {
  static {
    this.prototype.name = 'WrongAnswerError';
  }
}

/** Checks an answer before anything is timed. */
export function check(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected))
    throw new WrongAnswerError(`Wrong answer for ${what}: ${String(actual)} instead of ${String(expected)}`);
}
