import { inspect } from 'node:util';

/** A place for named values that a manager's server keeps. */
export class ManagedNamespace {
  readonly #values: Map<string, unknown>;

  constructor(init: Record<string, unknown> = {}) {
    if (typeof init !== 'object' || init === null)
      throw new TypeError(`Cannot make a namespace of ${inspect(init)}: it must be a plain object`);
    this.#values = new Map(Object.entries(init));
  }

  /** Throws a `RangeError` if there is no such name. */
  get(name: string): unknown {
    if (!this.#values.has(name)) throw new RangeError(`Cannot get ${name}: the namespace has no such name`);
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Throws a `RangeError` if there is no such name. */
  delete(name: string): void {
    if (!this.#values.delete(name)) throw new RangeError(`Cannot delete ${name}: the namespace has no such name`);
  }

  /** A plain copy. */
  copy(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}
