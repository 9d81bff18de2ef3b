import process from 'node:process';
import { threadId } from 'node:worker_threads';

/** Gives objects names that can be written down, the same name for the same object. */
export class SubjectNames {
  readonly #names = new WeakMap<object, string>();
  #last = 0;

  of(subject: object | string | number | undefined): string | undefined {
    if (subject === undefined || subject === null) return undefined;
    if (typeof subject !== 'object') return String(subject);
    const known = this.#names.get(subject) ?? `${process.pid}.${threadId}.${++this.#last}`;
    this.#names.set(subject, known);
    return known;
  }
}
