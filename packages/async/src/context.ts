import { inspect } from 'node:util';

import { InvalidStateError } from '@weft/core';

import type { ContextVar } from './context-var.ts';
import { contextStore, taskStore } from './internal/task-store.ts';

/** The values of context variables. Never changed: setting a variable makes a new one. */
export type ContextMap = ReadonlyMap<ContextVar<unknown>, unknown>;

let outside: ContextMap = new Map();

/**
 * The values of all context variables. A task copies its creator's; one that is given to tasks explicitly is shared by
 * them.
 *
 * @see https://docs.python.org/3/library/contextvars.html#contextvars.Context
 * @example
 * const request = new ContextVar<string>('request');
 * const context = copyContext();
 * context.run(() => request.set('GET /'));
 * context.get(request); // 'GET /'
 */
export class Context {
  /** @internal */
  _map: ContextMap;
  #entered = false;

  /** @param map Left out, an empty context. */
  constructor(map: ContextMap = new Map()) {
    this._map = map;
  }

  /** How many variables have a value. */
  get size(): number {
    return this._map.size;
  }

  /** Whether the variable has a value here. */
  has<T>(variable: ContextVar<T>): boolean {
    return this._map.has(variable as ContextVar<unknown>);
  }

  /** The value of the variable here, without its default. */
  get<T>(variable: ContextVar<T>): T | undefined {
    return this._map.get(variable as ContextVar<unknown>) as T | undefined;
  }

  /** A context with the same values. */
  copy(): Context {
    return new Context(this._map);
  }

  /**
   * Calls a function in this context. What it sets, before it first awaits, stays here; outside of any task, what it
   * sets after that does too.
   *
   * @returns What the function returns.
   * @throws {InvalidStateError} If the context is entered already.
   */
  run<R>(fn: () => R): R {
    if (this.#entered) throw new InvalidStateError('Cannot enter the context: it is entered already');
    const task = taskStore.getStore();
    const before = task?._context;
    this.#entered = true;
    if (task !== undefined) task._context = this;
    try {
      return task === undefined ? contextStore.run(this, fn) : fn();
    } finally {
      this.#entered = false;
      if (task !== undefined) task._context = before as ContextMap | Context;
    }
  }

  *[Symbol.iterator](): Generator<[ContextVar<unknown>, unknown]> {
    yield* this._map;
  }

  [inspect.custom](): string {
    const values = [...this._map].map(([variable, value]) => `${variable.name}: ${inspect(value)}`);
    return values.length === 0 ? 'Context {}' : `Context { ${values.join(', ')} }`;
  }
}

/**
 * A copy of the current context.
 *
 * @returns A context of its own: what is set in it, nobody else sees.
 * @see https://docs.python.org/3/library/contextvars.html#contextvars.copy_context
 * @example
 * const request = new ContextVar<string>('request', { default: 'none' });
 * copyContext().run(() => request.set('GET /'));
 * console.log(request.get()); // 'none'
 */
export function copyContext(): Context {
  return new Context(currentValues());
}

/** @internal The values that the caller sees. */
export function currentValues(): ContextMap {
  const context = currentContext();
  return context instanceof Context ? context._map : context;
}

/** @internal */
export function replaceValues(map: ContextMap): void {
  const context = currentContext();
  const task = taskStore.getStore();
  if (context instanceof Context) context._map = map;
  else if (task === undefined) outside = map;
  else task._context = map;
}

function currentContext(): ContextMap | Context {
  return taskStore.getStore()?._context ?? contextStore.getStore() ?? outside;
}
