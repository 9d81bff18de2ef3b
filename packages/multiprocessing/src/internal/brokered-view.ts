import { type Typecode, type TypedArrayOf, bytesOf, viewOf } from './typecodes.ts';

/** Bytes that are elsewhere. */
export interface FarBytes {
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

/** Methods that change the array, each in one piece, if not all of it. */
const CHANGES = new Set<string | symbol>(['set', 'fill', 'copyWithin', 'reverse', 'sort']);
const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * What looks like a typed array, over bytes that another process keeps: each access goes there.
 *
 * `Atomics`, and `buffer`, see only a copy: they need memory that is really shared.
 */
export function brokeredView<C extends Typecode>(typecode: C, length: number, far: FarBytes): TypedArrayOf<C> {
  const size = bytesOf(typecode);
  const part = (offset: number): FarBytes => ({
    read: (at, count) => far.read(offset + at, count),
    write: (at, bytes) => far.write(offset + at, bytes),
  });
  const copy = viewOf(typecode, new ArrayBuffer(length * size), 0, length);
  const raw = new Uint8Array(copy.buffer);
  const refresh = (offset: number, count: number): void => raw.set(far.read(offset, count), offset);
  const isElement = (key: string | symbol): key is string =>
    typeof key === 'string' && INDEX.test(key) && Number(key) < length;
  return new Proxy<TypedArrayOf<C>>(copy, {
    get(target, key, receiver): unknown {
      if (isElement(key)) refresh(Number(key) * size, size);
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...args: unknown[]): unknown => {
        if (key === 'subarray') {
          const window = value.apply(target, args) as TypedArrayOf<C>;
          return brokeredView(typecode, window.length, part(window.byteOffset));
        }
        refresh(0, raw.length);
        const before = CHANGES.has(key) ? raw.slice() : undefined;
        const result: unknown = value.apply(target, args);
        if (before !== undefined) writeChanges(before, raw, far);
        return result === target ? receiver : result;
      };
    },
    set(target, key, value): boolean {
      const done = Reflect.set(target, key, value, target);
      if (isElement(key)) far.write(Number(key) * size, raw.subarray(Number(key) * size, (Number(key) + 1) * size));
      return done;
    },
  });
}

/** Writes from the first byte to the last that changed: what others have written elsewhere since is not ours to undo. */
function writeChanges(before: Uint8Array, after: Uint8Array, far: FarBytes): void {
  const differs = (byte: number, at: number): boolean => byte !== before[at];
  const first = after.findIndex(differs);
  if (first >= 0) far.write(first, after.subarray(first, after.findLastIndex(differs) + 1));
}
