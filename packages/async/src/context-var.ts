import { inspect } from 'node:util';

import { InvalidStateError } from '@weft/core';

import { type ContextMap, currentValues, replaceValues } from './context.ts';

/**
 * A variable with a value per task. A task starts with the values of the one that created it and changes only its own.
 *
 * Unlike a value in AsyncLocalStorage, what a called function sets, its caller sees.
 *
 * @see https://docs.python.org/3/library/contextvars.html
 * @example
 * const request = new ContextVar<string>('request', { default: 'none' });
 * request.set('GET /');
 */
export class ContextVar<T> {
  static readonly #named = new Map<string, Set<WeakRef<ContextVar<unknown>>>>();
  static readonly #gone = new FinalizationRegistry<Known>((known) => ContextVar.#forget(known));
  readonly name: string;
  readonly #options: { readonly default?: T };

  /**
   * @param name For `inspect`.
   * @param options `default` is what `get` gives where nothing was set.
   */
  constructor(name: string, options: { readonly default?: T } = {}) {
    if (typeof name !== 'string')
      throw new TypeError(`Cannot name a context variable ${String(name)}: it must be a string`);
    this.name = name;
    this.#options = options;
    const variable = new WeakRef(this as ContextVar<unknown>);
    const known = ContextVar.#named.get(name);
    if (known === undefined) ContextVar.#named.set(name, new Set([variable]));
    else known.add(variable);
    ContextVar.#gone.register(this, { name, variable });
  }

  /**
   * Finds the variables of that name in this thread: how a context that comes from another thread is set up.
   *
   * @param name What the variables were named.
   */
  static named(name: string): ContextVar<unknown>[] {
    return [...(ContextVar.#named.get(name) ?? [])].flatMap((variable) => variable.deref() ?? []);
  }

  static #forget({ name, variable }: Known): void {
    const known = ContextVar.#named.get(name);
    known?.delete(variable);
    if (known?.size === 0) ContextVar.#named.delete(name);
  }

  /**
   * The value in the current context.
   *
   * @param fallback Given where nothing was set, before the variable's own default.
   * @throws {ReferenceError} If nothing was set and there is no default.
   */
  get(...fallback: [fallback?: T]): T {
    const values = currentValues();
    const key = this as ContextVar<unknown>;
    if (values.has(key)) return values.get(key) as T;
    if (fallback.length > 0) return fallback[0] as T;
    if ('default' in this.#options) return this.#options.default as T;
    throw new ReferenceError(`Cannot get context variable '${this.name}': it is not set and has no default`);
  }

  /**
   * Sets the value for the current task.
   *
   * @returns What {@link reset} takes to undo it; disposing of it undoes it too.
   */
  set(value: T): ContextToken<T> {
    const values = currentValues();
    const key = this as ContextVar<unknown>;
    const old = values.has(key) ? { value: values.get(key) as T } : undefined;
    replaceValues(new Map(values).set(key, value));
    return new ContextToken<T>(this, old);
  }

  /**
   * Undoes a {@link set}.
   *
   * @throws {TypeError} If the token is of another variable.
   * @throws {InvalidStateError} If the token was used before.
   */
  reset(token: ContextToken<T>): void {
    if (token.variable !== this)
      throw new TypeError(`Cannot reset '${this.name}' with a token of '${token.variable.name}'`);
    const old = token._use();
    const values: Map<ContextVar<unknown>, unknown> = new Map(currentValues());
    if (old === undefined) values.delete(this as ContextVar<unknown>);
    else values.set(this as ContextVar<unknown>, old.value);
    replaceValues(values satisfies ContextMap);
  }

  [inspect.custom](): string {
    return `ContextVar { ${this.name} }`;
  }
}

/** How a variable is found by its name. */
interface Known {
  readonly name: string;
  readonly variable: WeakRef<ContextVar<unknown>>;
}

/**
 * Undoes one {@link ContextVar.set}, once.
 *
 * @example
 * const request = new ContextVar<string>('request', { default: 'none' });
 * const token = request.set('GET /');
 * request.reset(token);
 * console.log(request.get()); // 'none'
 */
export class ContextToken<T> implements Disposable {
  readonly variable: ContextVar<T>;
  readonly #old: { readonly value: T } | undefined;
  #used = false;

  /** @internal */
  constructor(variable: ContextVar<T>, old: { readonly value: T } | undefined) {
    this.variable = variable;
    this.#old = old;
  }

  /** The value before, `undefined` if there was none. */
  get oldValue(): T | undefined {
    return this.#old?.value;
  }

  /** Resets the variable, unless that was done before. */
  [Symbol.dispose](): void {
    if (!this.#used) this.variable.reset(this);
  }

  /** @internal */
  _use(): { readonly value: T } | undefined {
    if (this.#used) throw new InvalidStateError(`Cannot reset '${this.variable.name}': the token was used before`);
    this.#used = true;
    return this.#old;
  }
}
