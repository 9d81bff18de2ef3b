import { type Typecode, type TypedArrayOf, bytesOf, viewOf } from './typecodes.ts';

/** Bytes that are elsewhere. */
export interface FarBytes {
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

/** Methods that change the array. */
const CHANGES = new Set<string | symbol>(['set', 'fill', 'copyWithin', 'reverse', 'sort']);
const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * What looks like a typed array, over bytes that another process keeps: each access goes there.
 *
 * `Atomics`, and `buffer`, see only a copy: they need memory that is really shared.
 */
export function brokeredView<C extends Typecode>(typecode: C, length: number, far: FarBytes): TypedArrayOf<C> {
  const size = bytesOf(typecode);
  const copy = viewOf(typecode, new ArrayBuffer(length * size), 0, length);
  const raw = new Uint8Array(copy.buffer);
  const refresh = (offset: number, count: number): void => raw.set(far.read(offset, count), offset);
  const isElement = (key: string | symbol): key is string =>
    typeof key === 'string' && INDEX.test(key) && Number(key) < length;
  return new Proxy<TypedArrayOf<C>>(copy, {
    get(target, key): unknown {
      if (isElement(key)) refresh(Number(key) * size, size);
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...args: unknown[]): unknown => {
        refresh(0, raw.length);
        const result: unknown = value.apply(target, args);
        if (CHANGES.has(key)) far.write(0, raw);
        return result;
      };
    },
    set(target, key, value): boolean {
      const done = Reflect.set(target, key, value, target);
      if (isElement(key)) far.write(Number(key) * size, raw.subarray(Number(key) * size, (Number(key) + 1) * size));
      return done;
    },
  });
}
