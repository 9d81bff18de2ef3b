import { types } from 'node:util';
import { TransferError } from '../errors.ts';
import { type Medium, toWire } from './protocol.ts';
import { Transfer } from './transfer.ts';

/** What kind of thing an object is to the codec. */
export type Kind = 'array' | 'record' | 'map' | 'set' | 'leaf' | 'error' | 'wirable' | 'buffer' | 'transfer' | 'shared';

type Step = string | number;

/**
 * Walks a value before it crosses: says whether structured clone alone carries it, and refuses what cannot cross.
 *
 * @param path What the value is called in errors: `args[0]`.
 * @param byReference Whether shared memory is named to the other side by a number, instead of being cloned.
 * @returns `true` if the value holds something that structured clone would spoil: an error, an object with `[toWire]`,
 *   a Buffer, something to transfer.
 * @throws {TransferError} For a function, a symbol, or an object that would arrive without its private state, with the
 *   path to it.
 */
export function scan(value: unknown, medium: Medium, path: string, byReference = false): boolean {
  if (typeof value !== 'object' || value === null) {
    refuseBare(value, path, []);
    return false;
  }
  return new Scanner(medium, path, byReference).visit(value);
}

class Scanner {
  readonly #seen = new Set<object>();
  readonly #trail: Step[] = [];
  readonly #medium: Medium;
  readonly #path: string;
  readonly #byReference: boolean;

  constructor(medium: Medium, path: string, byReference: boolean) {
    this.#medium = medium;
    this.#path = path;
    this.#byReference = byReference;
  }

  visit(value: object): boolean {
    if (this.#seen.has(value)) return false;
    this.#seen.add(value);
    switch (kindOf(value)) {
      case 'array':
        return this.#visitAll((value as unknown[]).entries());
      case 'record':
        return this.#visitAll(Object.entries(value));
      case 'map':
        return this.#visitMap(value as Map<unknown, unknown>);
      case 'set':
        return this.#visitAll([...(value as Set<unknown>)].entries());
      case 'leaf':
        this.#checkLeaf(value);
        return false;
      case 'shared':
        if (!this.#byReference) this.#checkLeaf(value);
        return this.#byReference;
      default:
        return true;
    }
  }

  #visitAll(entries: Iterable<[Step, unknown]>): boolean {
    let special = false;
    for (const [step, value] of entries) if (this.#step(step, value)) special = true;
    return special;
  }

  #visitMap(map: Map<unknown, unknown>): boolean {
    let special = false;
    for (const [key, value] of map) {
      const label = typeof key === 'string' || typeof key === 'number' ? key : String(typeof key);
      if (this.#step(label, key)) special = true;
      if (this.#step(label, value)) special = true;
    }
    return special;
  }

  #step(step: Step, value: unknown): boolean {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')) return false;
    this.#trail.push(step);
    if (typeof value !== 'object') refuseBare(value, this.#path, this.#trail);
    const special = this.visit(value as object);
    this.#trail.pop();
    return special;
  }

  #checkLeaf(value: object): void {
    const reason = whyNot(value, this.#medium);
    if (reason !== undefined) throw refusal(pathTo(this.#path, this.#trail), reason);
  }
}

/** Says what kind of thing an object is to the codec. */
export function kindOf(value: object): Kind {
  // A Proxy answers as it likes, so it is looked at first.
  if (types.isProxy(value)) return 'leaf';
  if (Array.isArray(value)) return 'array';
  if (typeof (value as { [toWire]?: unknown })[toWire] === 'function') return 'wirable';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return 'record';
  if (isShared(value)) return 'shared';
  if (Buffer.isBuffer(value)) return 'buffer';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (types.isNativeError(value) || value instanceof Error) return 'error';
  if (Transfer.is(value)) return 'transfer';
  return isClonedWhole(value) || whyNot(value, 'thread') !== undefined ? 'leaf' : 'record';
}

/** Says whether an object is shared memory, or a view of it. */
export function isShared(value: object): boolean {
  return types.isSharedArrayBuffer(ArrayBuffer.isView(value) ? value.buffer : value);
}

/** Makes the error for a value that cannot cross. */
export function refusal(path: string, reason: string): TransferError {
  return new TransferError(`Cannot send ${path}: ${reason}`);
}

/** Writes the way to a value as one would write it in code: `args[0].handlers.onDone`. */
export function pathTo(path: string, trail: readonly Step[]): string {
  return trail.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return /^[\w$]+$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, path);
}

function refuseBare(value: unknown, path: string, trail: readonly Step[]): void {
  const at = pathTo(path, trail);
  if (typeof value === 'function') {
    const name = value.name === '' ? '' : ` (${value.name})`;
    throw refusal(at, `${at} is a function${name}; pass an exported function as the target, or what it needs as data`);
  }
  if (typeof value === 'symbol') throw refusal(at, `${at} is a symbol (${String(value)})`);
}

function isClonedWhole(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value)
  );
}

function whyNot(value: object, medium: Medium): string | undefined {
  if (types.isPromise(value)) return 'it is a promise; await it first';
  if (types.isProxy(value)) return 'it is a Proxy';
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) return 'it is a weak collection';
  if (types.isGeneratorObject(value)) return 'it is a generator; send what it yields';
  if (medium === 'process' && isShared(value)) {
    return 'it is a SharedArrayBuffer, which one process only can see; use SharedMemory of @weft/multiprocessing';
  }
  if (isClonedWhole(value)) return undefined;
  const type = hasPrivateState(Object.getPrototypeOf(value) as object | null);
  return type && `${type} keeps private state, which would be lost; give it [toWire] and a static [fromWire]`;
}

const privateStates = new WeakMap<object, string>();

/** Names the class that has `#private` fields, as its source text shows; '' if none has. */
function hasPrivateState(prototype: object | null): string | undefined {
  if (prototype === null || prototype === Object.prototype) return undefined;
  let found = privateStates.get(prototype);
  if (found === undefined) {
    found = privateClassName(prototype) ?? hasPrivateState(Object.getPrototypeOf(prototype) as object | null) ?? '';
    privateStates.set(prototype, found);
  }
  return found === '' ? undefined : found;
}

function privateClassName(prototype: object): string | undefined {
  if (!Object.hasOwn(prototype, 'constructor')) return undefined;
  const { constructor } = prototype;
  const text = Function.prototype.toString.call(constructor);
  if (!/^class\b/.test(text)) return undefined;
  return /#[\w$]+\s*[=;(]|\.#[\w$]|#[\w$]+ in /.test(text) ? `this ${constructor.name || 'object'}` : undefined;
}
