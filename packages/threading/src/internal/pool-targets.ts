import { type TargetReference, loadTarget } from '@weft/core/lowlevel';
import { importFirst } from './importing.ts';
import type { Callee } from './pool-invoke.ts';

/** The functions of a pool's tasks, by number. */
export class TargetTable {
  readonly #references: TargetReference[];
  readonly #loaded: (Callee | Promise<Callee> | undefined)[] = [];

  constructor(references: readonly TargetReference[]) {
    this.#references = [...references];
  }

  /** Adds what the owner numbered. */
  add(number: number, reference: TargetReference): void {
    this.#references[number] = reference;
  }

  /** The function of a number: itself, or a promise while its module is loaded; `undefined` if nobody told it yet. */
  at(number: number): Callee | Promise<Callee> | undefined {
    return this.#loaded[number] ?? this.#load(number);
  }

  #load(number: number): Callee | Promise<Callee> | undefined {
    const reference = this.#references[number];
    if (reference === undefined) return undefined;
    try {
      const load = (): Callee | Promise<Callee> => loadTarget(reference) as Callee | Promise<Callee>;
      const found = this.#loaded.length === 0 ? importFirst(load) : load();
      this.#loaded[number] = found;
      if (found instanceof Promise) this.#keep(number, found);
      return found;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  // What could not be loaded is tried again with the next task.
  #keep(number: number, loading: Promise<Callee>): void {
    loading.then(
      (callee) => (this.#loaded[number] = callee),
      () => (this.#loaded[number] = undefined),
    );
  }
}
