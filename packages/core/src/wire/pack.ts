import { type TargetReference, describeClass } from '../target.ts';
import { knownErrorName } from './known-errors.ts';
import { type Medium, type Wirable, type WirableClass, fromWire, toWire } from './protocol.ts';
import { kindOf, pathTo, refusal, scan, unreadable } from './scan.ts';
import { type Transfer, type Transferable, unwrapTransfer } from './transfer.ts';
import { viewName } from './views.ts';

/** Stands in the body where something stands that structured clone would spoil; found again by identity. */
export type Hole = Record<string, never>;

/** What fills a hole. */
export type Special =
  | { hole: Hole; kind: 'buffer'; bytes: Uint8Array }
  | { hole: Hole; kind: 'shared'; id: number; view?: [type: string, offset: number, length: number] }
  | { hole: Hole; kind: 'wirable'; type: TargetReference; state: unknown }
  | { hole: Hole; kind: 'error'; error: PackedError };

/** An error, taken apart. Its `fields` may hold holes. */
export interface PackedError {
  /** A class that every side has. */
  known?: string;
  /** Where to find a class that a module exports. */
  type?: TargetReference;
  name: string;
  message: string;
  stack?: string;
  /** Every own field but `stack` and `message`: its name, its value, and whether it is enumerable. */
  fields: [name: string, value: unknown, enumerable: boolean][];
}

/** A value as structured clone carries it. */
export interface Body {
  /** The value, with holes. */
  v: unknown;
  /** What fills the holes; left out where there are none. */
  s?: Special[];
}

/** A value made ready to cross. */
export interface Packed {
  body: Body;
  transfer: Transferable[];
  /** Whether it holds what a message port carries, and bytes of structured clone do not. */
  portOnly?: boolean;
}

const NOTHING_MOVES: Transferable[] = [];

/**
 * Makes a value ready for structured clone (`postMessage`, `v8.serialize`) without losing the classes of errors and of
 * objects with `[toWire]`.
 *
 * @param value Any value.
 * @param medium What it will cross.
 * @param path What the value is called in errors.
 * @param share Names shared memory by a number that the other side knows, where it cannot be cloned.
 * @returns A body to clone, and what moves with it.
 * @throws {TransferError} If part of the value cannot cross, with the path to it.
 */
export function pack(value: unknown, medium: Medium, path: string, share?: ShareBuffer): Packed {
  if (!scan(value, medium, path, share !== undefined)) return { body: { v: value }, transfer: NOTHING_MOVES };
  return new Packer(medium, path, share).pack(value);
}

/** Names shared memory by a number. */
export type ShareBuffer = (buffer: SharedArrayBuffer) => number;

class Packer {
  readonly #copies = new Map<object, unknown>();
  readonly #specials: Special[] = [];
  readonly #transfer: Transferable[] = [];
  readonly #trail: (string | number)[] = [];
  /** The objects whose `[toWire]` state is being packed: they cannot be made before it is. */
  readonly #asked = new Set<object>();
  readonly #medium: Medium;
  readonly #path: string;
  readonly #share: ShareBuffer | undefined;
  #portOnly = false;

  constructor(medium: Medium, path: string, share: ShareBuffer | undefined) {
    this.#medium = medium;
    this.#path = path;
    this.#share = share;
  }

  pack(value: unknown): Packed {
    try {
      const v = this.#copy(value);
      const body = this.#specials.length === 0 ? { v } : { v, s: this.#specials };
      return { body, transfer: this.#transfer, portOnly: this.#portOnly };
    } catch (error) {
      throw unreadable(error, this.#here());
    }
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'function' || typeof value === 'symbol') scan(value, this.#medium, this.#here());
    if (typeof value !== 'object' || value === null) return value;
    if (this.#asked.has(value)) throw refusal(this.#here(), 'what its [toWire] returned leads back to it');
    if (this.#copies.has(value)) return this.#copies.get(value);
    switch (kindOf(value)) {
      case 'array':
        return this.#copyArray(value as unknown[]);
      case 'record':
        return this.#copyRecord(value);
      case 'map':
        return this.#copyMap(value as Map<unknown, unknown>);
      case 'set':
        return this.#copySet(value as Set<unknown>);
      case 'buffer':
        return this.#copyBuffer(value as Buffer);
      case 'error':
        return this.#copyError(value as Error);
      case 'wirable':
        return this.#copyWirable(value as Wirable);
      case 'transfer':
        return this.#copyTransfer(value as Transfer);
      case 'shared':
        return this.#copyShared(value);
      default:
        if (scan(value, this.#medium, this.#here(), this.#share !== undefined)) this.#portOnly = true;
        return value;
    }
  }

  #step(step: string | number, value: unknown): unknown {
    this.#trail.push(step);
    const copy = this.#copy(value);
    this.#trail.pop();
    return copy;
  }

  #here(): string {
    return pathTo(this.#path, this.#trail);
  }

  #copyArray(array: unknown[]): unknown[] {
    const copy: unknown[] = new Array<unknown>(array.length);
    this.#copies.set(array, copy);
    for (const key of Object.keys(array))
      copy[key as never] = this.#step(/^\d+$/.test(key) ? Number(key) : key, array[key as never]);
    return copy;
  }

  #copyRecord(record: object): object {
    const copy: Record<string, unknown> = {};
    this.#copies.set(record, copy);
    for (const key of Object.keys(record)) {
      this.#trail.push(key);
      define(copy, key, this.#copy((record as Record<string, unknown>)[key]));
      this.#trail.pop();
    }
    return copy;
  }

  #copyMap(map: Map<unknown, unknown>): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    this.#copies.set(map, copy);
    for (const [key, value] of map) {
      const label = typeof key === 'string' || typeof key === 'number' ? key : typeof key;
      copy.set(this.#step(label, key), this.#step(label, value));
    }
    return copy;
  }

  #copySet(set: Set<unknown>): Set<unknown> {
    const copy = new Set<unknown>();
    this.#copies.set(set, copy);
    let at = 0;
    for (const value of set) copy.add(this.#step(at++, value));
    return copy;
  }

  #fill(original: object, fill: (hole: Hole) => Special): Hole {
    const hole: Hole = {};
    this.#copies.set(original, hole);
    this.#specials.push(fill(hole));
    return hole;
  }

  #copyError(error: Error): Hole {
    const packed = packErrorHead(error);
    const hole = this.#fill(error, (made) => ({ hole: made, kind: 'error', error: packed }));
    for (const name of Object.getOwnPropertyNames(error)) {
      if (name === 'stack' || name === 'message') continue;
      const { enumerable = false } = Object.getOwnPropertyDescriptor(error, name) ?? {};
      this.#trail.push(name);
      packed.fields.push([name, this.#copy(error[name as keyof Error]), enumerable]);
      this.#trail.pop();
    }
    return hole;
  }

  #copyWirable(wirable: Wirable): Hole {
    const hole: Hole = {};
    this.#copies.set(wirable, hole);
    this.#asked.add(wirable);
    const type = this.#classOf(wirable);
    this.#specials.push({ hole, kind: 'wirable', type, state: this.#copy(wirable[toWire](this.#medium)) });
    this.#asked.delete(wirable);
    return hole;
  }

  #classOf(wirable: Wirable): TargetReference {
    const type = wirable.constructor as WirableClass | undefined;
    if (typeof type?.[fromWire] !== 'function') {
      throw refusal(this.#here(), `it has [toWire], but its class (${type?.name ?? 'none'}) has no static [fromWire]`);
    }
    try {
      return describeClass(type);
    } catch (cause) {
      const refused = refusal(this.#here(), cause instanceof Error ? cause.message : String(cause));
      refused.cause = cause;
      throw refused;
    }
  }

  // A Buffer may be a slice of a larger piece, which is not to cross with it. One that moves is not copied first.
  #copyBuffer(buffer: Buffer): Hole {
    const moves = this.#transfer.includes(buffer.buffer);
    const bytes = moves ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length) : new Uint8Array(buffer);
    return this.#fill(buffer, (hole) => ({ hole, kind: 'buffer', bytes }));
  }

  #copyShared(value: object): unknown {
    const share = this.#share;
    if (share === undefined) {
      scan(value, this.#medium, this.#here());
      return value;
    }
    if (!ArrayBuffer.isView(value))
      return this.#fill(value, (hole) => ({ hole, kind: 'shared', id: share(value as SharedArrayBuffer) }));
    const { buffer, byteOffset } = value;
    const length = value instanceof DataView ? value.byteLength : (value as Uint8Array).length;
    const view: [string, number, number] = [Buffer.isBuffer(value) ? 'Buffer' : viewName(value), byteOffset, length];
    return this.#fill(value, (hole) => ({ hole, kind: 'shared', id: share(buffer as SharedArrayBuffer), view }));
  }

  #copyTransfer(wrapper: Transfer): unknown {
    const { value, buffers } = unwrapTransfer(wrapper);
    for (const buffer of buffers) {
      if (typeof buffer !== 'object' || buffer === null) throw refusal(this.#here(), 'only objects can be transferred');
      if (ArrayBuffer.isView(buffer))
        throw refusal(this.#here(), 'a view cannot be transferred; list its "buffer" instead');
      if (!this.#transfer.includes(buffer)) this.#transfer.push(buffer);
      // What moves is left as it is: a port, say, which must not be copied field by field.
      this.#copies.set(buffer, buffer);
    }
    return this.#copy(value);
  }
}

/** What crosses of an error without looking into its fields. */
function packErrorHead(error: Error): PackedError {
  const { stack, message } = error;
  const packed: PackedError = { name: asText(error.name, 'Error'), message: asText(message, ''), fields: [] };
  if (typeof stack === 'string') packed.stack = stack;
  const known = knownErrorName(error.constructor) ?? (error instanceof DOMException ? 'DOMException' : undefined);
  const type = known === undefined ? findClass(error.constructor) : undefined;
  if (known !== undefined) packed.known = known;
  if (type !== undefined) packed.type = type;
  return packed;
}

function asText(value: unknown, otherwise: string): string {
  return typeof value === 'object' ? otherwise : String(value);
}

const missing = new WeakSet<object>();

// A class that is not exported is no reason to lose the error: it arrives as an Error with its name and fields.
function findClass(type: unknown): TargetReference | undefined {
  if (typeof type !== 'function' || missing.has(type)) return undefined;
  try {
    return describeClass(type as new () => unknown);
  } catch {
    missing.add(type);
    return undefined;
  }
}

function define(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}
