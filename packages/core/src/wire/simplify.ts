import { inspect, types } from 'node:util';
import type { Medium } from './protocol.ts';
import { pack } from './pack.ts';

/**
 * Makes a copy of what was thrown that can cross whatever it holds: fields that cannot arrive as their printed form.
 *
 * @param thrown An error, or any other value.
 */
export function simplify(thrown: unknown, medium: Medium): unknown {
  try {
    return new Simplifier(medium).copy(thrown, 0);
  } catch {
    // A Proxy answers as it likes.
    return print(thrown);
  }
}

/** Causes and errors nested deeper than this are printed. */
const MAX_DEPTH = 64;

class Simplifier {
  readonly #copies = new Map<Error, Error>();
  readonly #medium: Medium;

  constructor(medium: Medium) {
    this.#medium = medium;
  }

  copy(thrown: unknown, depth: number): unknown {
    if (!isError(thrown) || depth > MAX_DEPTH) return print(thrown);
    const known = this.#copies.get(thrown);
    if (known !== undefined) return known;
    const copy = new Error(readText(thrown, 'message'));
    this.#copies.set(thrown, copy);
    if (thrown instanceof DOMException) define(copy, 'name', readText(thrown, 'name'), false);
    else Object.setPrototypeOf(copy, Object.getPrototypeOf(thrown) as object);
    define(copy, 'stack', readText(thrown, 'stack'), false);
    for (const name of Object.getOwnPropertyNames(thrown)) {
      if (name === 'stack' || name === 'message') continue;
      const { enumerable = false } = Object.getOwnPropertyDescriptor(thrown, name) ?? {};
      define(copy, name, this.#passable(readField(thrown, name), depth), enumerable);
    }
    return copy;
  }

  #passable(value: unknown, depth: number): unknown {
    if (isError(value)) return this.copy(value, depth + 1);
    try {
      structuredClone(pack(value, this.#medium, 'field').body);
      return value;
    } catch {
      return !types.isProxy(value) && Array.isArray(value) && depth < MAX_DEPTH
        ? value.map((item: unknown) => this.#passable(item, depth + 1))
        : print(value);
    }
  }
}

function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function define(copy: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(copy, name, { value, enumerable, configurable: true, writable: true });
}

function readField(error: Error, name: string): unknown {
  try {
    return error[name as keyof Error];
  } catch (thrown) {
    return `[threw: ${print(thrown)}]`;
  }
}

function readText(error: Error, name: string): string {
  const value = readField(error, name);
  return typeof value === 'string' ? value : print(value);
}

function print(value: unknown): string {
  try {
    return inspect(value);
  } catch {
    return 'something that cannot be printed';
  }
}
