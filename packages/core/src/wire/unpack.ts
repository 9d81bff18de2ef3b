import { TransferError } from '../errors.ts';
import { type TargetReference, loadTargetNow, preload } from '../target.ts';
import { knownErrorClass } from './known-errors.ts';
import type { Body, PackedError, Special } from './pack.ts';
import { type Medium, type WirableClass, fromWire } from './protocol.ts';
import { VIEW_CLASSES } from './views.ts';

/**
 * Loads the modules whose classes a body needs, where that takes waiting.
 *
 * @returns `undefined` if {@link unpack} can be called at once.
 */
export function loadClasses(body: Body): Promise<unknown> | undefined {
  if (body.s === undefined) return undefined;
  const loading: Promise<unknown>[] = [];
  for (const special of body.s) {
    const type = special.kind === 'error' ? special.error.type : special.kind === 'wirable' ? special.type : undefined;
    // A class that cannot be loaded is reported, or done without, when the body is unpacked.
    const awaited = type && preload(type);
    if (awaited !== undefined) loading.push(awaited);
  }
  return loading.length === 0 ? undefined : Promise.all(loading);
}

/**
 * Makes the value again that `pack` took apart. The body is used up: parts of it become parts of the value.
 *
 * @param body What structured clone made of the packed body.
 * @param medium What it crossed.
 * @param sharedBuffer Finds shared memory by the number that the sender gave it.
 * @throws {TransferError} If an object's class cannot be found, or its `[fromWire]` throws, with that as `cause`.
 */
export function unpack(body: Body, medium: Medium, sharedBuffer?: SharedBuffer): unknown {
  if (body.s === undefined) return body.v;
  try {
    return new Unpacker(body.s, medium, sharedBuffer).revive(body.v);
  } catch (cause) {
    if (cause instanceof TransferError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TransferError(`Cannot make a received value again: ${reason}`, { cause });
  }
}

/** Finds shared memory by its number. */
export type SharedBuffer = (id: number) => SharedArrayBuffer;

class Unpacker {
  readonly #specials: Map<object, Special>;
  readonly #filled = new Map<object, unknown>();
  readonly #visited = new Set<object>();
  readonly #making = new Set<Special>();
  readonly #medium: Medium;
  readonly #sharedBuffer: SharedBuffer | undefined;

  constructor(specials: readonly Special[], medium: Medium, sharedBuffer: SharedBuffer | undefined) {
    this.#sharedBuffer = sharedBuffer;
    this.#specials = new Map(specials.map((special) => [special.hole, special]));
    this.#medium = medium;
  }

  /** Replaces every hole in a value, in place, and gives the value or what fills it. */
  revive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const special = this.#specials.get(value);
    if (special !== undefined) return this.#fill(special);
    if (this.#visited.has(value)) return value;
    this.#visited.add(value);
    if (Array.isArray(value))
      for (const key of Object.keys(value)) value[key as never] = this.revive(value[key as never]) as never;
    else if (value instanceof Map) this.#reviveMap(value);
    else if (value instanceof Set) this.#reviveSet(value);
    else if (Object.getPrototypeOf(value) === Object.prototype) this.#reviveRecord(value);
    return value;
  }

  #reviveRecord(record: object): void {
    for (const [key, value] of Object.entries(record)) {
      const revived = this.revive(value);
      if (revived !== value)
        Object.defineProperty(record, key, { value: revived, enumerable: true, configurable: true, writable: true });
    }
  }

  #reviveMap(map: Map<unknown, unknown>): void {
    const entries = [...map];
    map.clear();
    for (const [key, value] of entries) map.set(this.revive(key), this.revive(value));
  }

  #reviveSet(set: Set<unknown>): void {
    const values = [...set];
    set.clear();
    for (const value of values) set.add(this.revive(value));
  }

  #fill(special: Special): unknown {
    if (this.#filled.has(special.hole)) return this.#filled.get(special.hole);
    switch (special.kind) {
      case 'buffer': {
        const { bytes } = special;
        return this.#remember(special, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      }
      case 'error':
        return this.#fillError(special, special.error);
      case 'shared':
        return this.#remember(special, this.#makeShared(special.id, special.view));
      case 'wirable':
        return this.#fillWirable(special, special.type, special.state);
      default:
        throw new TransferError('Cannot decode a value: it holds something of an unknown kind');
    }
  }

  #remember<T>(special: Special, value: T): T {
    this.#filled.set(special.hole, value);
    return value;
  }

  #fillError(special: Special, packed: PackedError): Error {
    const error = makeError(packed);
    this.#remember(special, error);
    for (const [name, value, enumerable] of packed.fields) {
      Object.defineProperty(error, name, { value: this.revive(value), enumerable, configurable: true, writable: true });
    }
    return error;
  }

  #fillWirable(special: Special, type: TargetReference, state: unknown): unknown {
    if (this.#making.has(special))
      throw new TransferError(`Cannot receive an object of class ${type.name}: its state holds it`);
    this.#making.add(special);
    return this.#remember(special, this.#makeWirable(type, this.revive(state)));
  }

  #makeShared(id: number, view: [string, number, number] | undefined): unknown {
    if (this.#sharedBuffer === undefined) throw new TransferError('Cannot receive shared memory by its number here');
    const buffer = this.#sharedBuffer(id);
    if (view === undefined) return buffer;
    const [name, offset, length] = view;
    if (name === 'Buffer') return Buffer.from(buffer, offset, length);
    const type = VIEW_CLASSES.find((known) => known.name === name);
    if (type === undefined) throw new TransferError(`Cannot receive a view of shared memory: ${name} is none`);
    return new type(buffer, offset, length);
  }

  #makeWirable(type: TargetReference, state: unknown): unknown {
    const found = loadTargetNow(type);
    const make = (found as Partial<WirableClass> | undefined)?.[fromWire];
    if (typeof make !== 'function') {
      throw new TransferError(
        `Cannot receive an object of class ${type.name}: no such class with [fromWire] is in ${type.module}`,
      );
    }
    return (found as WirableClass)[fromWire](state as never, this.#medium);
  }
}

// No constructor is called: it may do anything. What it would have set crosses as fields.
function makeError(packed: PackedError): Error {
  const error = new Error(packed.message);
  const type = errorClass(packed);
  if (type === DOMException) return new DOMException(packed.message, packed.name);
  if (type !== Error && type !== undefined) Object.setPrototypeOf(error, type.prototype as object);
  if (error.name !== packed.name)
    Object.defineProperty(error, 'name', { value: packed.name, configurable: true, writable: true });
  Object.defineProperty(error, 'stack', { value: packed.stack, configurable: true, writable: true });
  return error;
}

function errorClass(packed: PackedError): (abstract new (...args: never[]) => Error) | undefined {
  if (packed.known !== undefined) return knownErrorClass(packed.known);
  const found = packed.type && loadTargetNow(packed.type);
  return typeof found === 'function' && (found.prototype as unknown) instanceof Error ? (found as never) : undefined;
}
