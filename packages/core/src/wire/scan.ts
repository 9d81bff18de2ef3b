import { types } from 'node:util';
import { TransferError } from '../errors.ts';
import { functionName } from '../internal/function-name.ts';
import { type HostCloning, hostCloning } from './host-class.ts';
import { privateStateOf } from './private-state.ts';
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
 *   a Buffer, something to transfer, an object of the platform's own.
 * @throws {TransferError} For a function, a symbol, or an object that would arrive without its private state, with the
 *   path to it.
 */
export function scan(value: unknown, medium: Medium, path: string, byReference = false): boolean {
  if (typeof value !== 'object' || value === null) {
    refuseBare(value, path, []);
    return false;
  }
  const scanner = new Scanner(medium, path, byReference);
  try {
    return scanner.visit(value);
  } catch (error) {
    throw unreadable(error, scanner.here());
  }
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
        return this.#visitArray(value as unknown[]);
      case 'record':
        return this.#visitRecord(value as Record<string, unknown>);
      case 'map':
        return this.#visitMap(value as Map<unknown, unknown>);
      case 'set':
        return this.#visitSet(value as Set<unknown>);
      case 'leaf':
        return this.#checkLeaf(value);
      case 'shared':
        return this.#byReference || this.#checkLeaf(value);
      default:
        return true;
    }
  }

  /** Where it is at the moment. */
  here(): string {
    return pathTo(this.#path, this.#trail);
  }

  #visitArray(array: unknown[]): boolean {
    let special = false;
    if (array.length > MAX_DENSE)
      for (const key of Object.keys(array)) special = this.#step(key, array[key as never]) || special;
    else for (let at = 0; at < array.length; at += 1) special = this.#step(at, array[at]) || special;
    return (array.length <= MAX_NAMED && this.#visitNames(array)) || special;
  }

  // What an array holds by name, as what a regular expression matched does, comes after its items.
  #visitNames(array: unknown[]): boolean {
    const keys = Object.keys(array);
    let special = false;
    for (let at = keys.length - 1; at >= 0 && !/^\d+$/.test(keys[at] as string); at -= 1) {
      const key = keys[at] as string;
      special = this.#step(key, array[key as never]) || special;
    }
    return special;
  }

  #visitRecord(record: Record<string, unknown>): boolean {
    let special = false;
    for (const key of Object.keys(record)) {
      // A getter may throw: then this is where.
      this.#trail.push(key);
      const value = record[key];
      if (isPart(value) && this.#visitPart(value)) special = true;
      this.#trail.pop();
    }
    return special;
  }

  #visitSet(set: Set<unknown>): boolean {
    let special = false;
    let at = 0;
    for (const value of set) if (this.#step(at++, value)) special = true;
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
    if (!isPart(value)) return false;
    this.#trail.push(step);
    const special = this.#visitPart(value);
    this.#trail.pop();
    return special;
  }

  #visitPart(value: unknown): boolean {
    if (typeof value === 'object') return this.visit(value as object);
    refuseBare(value, this.#path, this.#trail);
    return false;
  }

  // Answers whether only a message port carries it.
  #checkLeaf(value: object): boolean {
    const reason = whyNot(value, this.#medium);
    if (reason !== undefined) throw refusal(this.here(), reason);
    if (!isHost(value)) return false;
    if (!this.#byReference) return true;
    throw refusal(this.here(), `this ${value.constructor.name} can be an argument or a result, but no item`);
  }
}

/** An array longer than this may be mostly holes, which cloning passes over. */
export const MAX_DENSE = 2 ** 20;

/** An array longer than this is taken for one without names: to list its keys takes longer than to clone it. */
const MAX_NAMED = 32;

function isPart(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol';
}

/** Says what kind of thing an object is to the codec. */
export function kindOf(value: object): Kind {
  // A Proxy answers as it likes, so it is looked at first.
  if (types.isProxy(value)) return 'leaf';
  if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype) return 'array';
  if (typeof (value as { [toWire]?: unknown })[toWire] === 'function') return 'wirable';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return 'record';
  if (isShared(value)) return 'shared';
  if (Transfer.is(value)) return 'transfer';
  if (privateStateOf(value) !== undefined && !isError(value)) return 'leaf';
  if (Array.isArray(value)) return 'array';
  if (Buffer.isBuffer(value)) return 'buffer';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (isError(value)) return 'error';
  return isClonedWhole(value) || whyNot(value, 'thread') !== undefined || hostCloning(value) === 'whole'
    ? 'leaf'
    : 'record';
}

function isError(value: object): boolean {
  return types.isNativeError(value) || value instanceof Error;
}

/** Says whether an object is shared memory, or a view of it. */
export function isShared(value: object): boolean {
  return types.isSharedArrayBuffer(ArrayBuffer.isView(value) ? value.buffer : value);
}

/** Makes the error for a value that cannot cross. */
export function refusal(path: string, reason: string): TransferError {
  return new TransferError(`Cannot send ${path}: ${reason}`);
}

/** Makes the error for what was thrown while a value was read: by a getter, or because the stack was too short for it. */
export function unreadable(error: unknown, path: string): TransferError {
  if (error instanceof TransferError) return error;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    const [short] = /^[^.[]*(?:[.[][^.[]*){0,8}/.exec(path) ?? [path];
    return new TransferError(`Cannot send ${short}…: it is nested too deeply`, { cause: error });
  }
  const refused = refusal(path, `it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  refused.cause = error;
  return refused;
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
    const name = functionName(value);
    throw refusal(
      at,
      `${at} is a function${name && ` (${name})`}; pass an exported function as the target, or what it needs as data`,
    );
  }
  if (typeof value === 'symbol') throw refusal(at, `${at} is a symbol (${String(value)})`);
}

/** Says whether an object is one of the platform's own, such as a Blob or a key: a message port carries it, bytes do not. */
export function isHost(value: object): boolean {
  return !types.isProxy(value) && !isBuiltIn(value) && hostCloning(value) === 'whole';
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

function isBuiltIn(value: object): boolean {
  return isClonedWhole(value) || Array.isArray(value) || types.isMap(value) || types.isSet(value);
}

function whyNot(value: object, medium: Medium): string | undefined {
  if (types.isPromise(value)) return 'it is a promise; await it first';
  if (types.isProxy(value)) return 'it is a Proxy';
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) return 'it is a weak collection';
  if (types.isGeneratorObject(value)) return whyNotGenerator(value, medium);
  if (types.isMapIterator(value) || types.isSetIterator(value)) return 'it is an iterator; send what it yields';
  if (medium === 'process' && isShared(value)) {
    return 'it is a SharedArrayBuffer, which one process only can see; use SharedMemory of @weft/multiprocessing';
  }
  const host = isBuiltIn(value) ? undefined : hostCloning(value);
  if (host !== undefined && host !== 'plain') return whyNotHost(value, host, medium);
  const type = privateStateOf(value);
  return type && `this ${type} keeps private state, which would be lost; give it [toWire] and a static [fromWire]`;
}

function whyNotGenerator(value: object, medium: Medium): string {
  if (medium === 'thread' || !(Symbol.asyncIterator in value)) return 'it is a generator; send what it yields';
  return 'it is an async generator, which only the tasks of a pool of threads can return; send what it yields';
}

function whyNotHost(value: object, host: Exclude<HostCloning, 'plain'>, medium: Medium): string | undefined {
  const name = value.constructor.name || 'object';
  if (host !== 'whole') return `this ${name} cannot be cloned: ${host.refusal}`;
  return medium === 'process' ? `this ${name} cannot leave its process` : undefined;
}
