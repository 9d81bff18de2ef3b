import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransferError, fromWire, toWire, transfer } from '@weft/core';
import { decodeBytes, encodeBytes, pack } from '@weft/core/lowlevel';
import { Point } from '../fixtures/classes.ts';
import { transports } from './transports.ts';

const anyValue = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: false,
  withUnicodeString: true,
});

describe.each(transports)('a value between %s', (_name, send) => {
  it('comes out as it went in, whatever it is', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(send(value)).toStrictEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['-0', -0],
    ['NaN', Number.NaN],
    ['a lone surrogate', '\ud800'],
    ['text outside of Latin-1', 'żółw 🐢'],
    ['2^53', 2n ** 53n],
    ['undefined in an object', { a: undefined }],
    ['a hole in an array', [1, , 3]],
    ['a key called __proto__', JSON.parse('{"__proto__": 1, "e": [2]}') as object],
    ['a RegExp', /a+/giu],
    ['a Date', new Date(5)],
    ['boxed values', [Object(1), Object('s'), Object(false)]],
    ['a DataView', new DataView(new ArrayBuffer(4), 1, 2)],
    ['a Buffer', Buffer.from('bytes')],
    ['a Buffer inside', { deep: [Buffer.from('bytes')] }],
  ])('keeps %s', (_what, value) => {
    const arrived = send(value);
    expect(arrived).toStrictEqual(value);
    if (Buffer.isBuffer(value)) expect(Buffer.isBuffer(arrived)).toBe(true);
  });

  it('keeps circles and shared parts', () => {
    const shared = { n: 1 };
    const error = new Error('in a circle');
    const value: Record<string, unknown> = { a: shared, b: shared, error };
    value['self'] = value;
    Object.assign(error, { holder: value });
    const arrived = send(value) as typeof value;

    expect(arrived['self']).toBe(arrived);
    expect(arrived['a']).toBe(arrived['b']);
    expect((arrived['error'] as { holder: unknown }).holder).toBe(arrived);
  });

  it('does not take a look-alike for one of its own marks', () => {
    const body = pack({ p: new Point(1, 2) }, 'thread', 'value').body;
    const value = { body, holes: [{}, {}], v: 1, s: [{ hole: {}, kind: 'buffer', bytes: new Uint8Array(1) }] };
    expect(send(value)).toStrictEqual(value);
  });

  it('carries an object with [toWire] as itself, wherever it stands', () => {
    const arrived = send({ deep: new Map([['k', [new Point(1, 2)]]]), key: new Map([[new Point(3, 4), 1]]) }) as {
      deep: Map<string, Point[]>;
      key: Map<Point, number>;
    };
    expect(arrived.deep.get('k')?.[0]).toBeInstanceOf(Point);
    expect(arrived.deep.get('k')?.[0]?.length()).toBe(Math.hypot(1, 2));
    expect([...arrived.key.keys()][0]).toEqual(new Point(3, 4));
  });

  it('gives a class without private state as a plain object', () => {
    class Plain {
      a = 1;
    }
    expect(send(new Plain())).toStrictEqual({ a: 1 });
  });

  it('moves what is marked, and empties it here', () => {
    const pixels = new Uint8Array([1, 2, 3]);
    const arrived = send([transfer(pixels, [pixels.buffer]), 'x']);
    expect(arrived).toEqual([new Uint8Array([1, 2, 3]), 'x']);
    expect(pixels.length).toBe(0);
  });

  class Secret {
    readonly #word = 'x';
    tell(): string {
      return this.#word;
    }
  }
  it.each([
    ['a function', { handlers: { onDone: () => 1 } }, 'value.handlers.onDone'],
    ['a symbol', [[Symbol('s')]], 'value[0][0]'],
    ['a promise', { a: Promise.resolve() }, 'value.a'],
    ['a weak map', new Set([new WeakMap()]), 'value[0]'],
    ['private state', { 'a b': new Secret() }, 'value["a b"]'],
    ['a generator', [(function* () {})()], 'value[0]'],
    ['a proxy', { p: new Proxy({}, {}) }, 'value.p'],
    ['a proxy that was revoked', { p: [revoked({})] }, 'value.p[0]'],
    ['a proxy of a function that was revoked', { p: revoked(() => {}) }, 'value.p'],
    ['a function whose name is none', [Object.defineProperty(() => 1, 'name', { get: () => 'x' })], 'value[0]'],
    ['a function beside an error', { e: new Error('x'), f: () => 1 }, 'value.f'],
    ['a function in a map', new Map([['key', () => 1]]), 'value.key'],
  ])('refuses %s and names the path', (_what, value, path) => {
    expect(() => send(value)).toThrow(TransferError);
    expect(() => send(value)).toThrow(`Cannot send ${path}: `);
  });

  it('refuses an object with [toWire] whose class nobody can find', () => {
    class Local {
      [toWire](): number {
        return 1;
      }
      static [fromWire](): Local {
        return new Local();
      }
    }
    expect(() => send(new Local())).toThrow(/Local/);
  });
});

it('refuses shared memory where it cannot be seen', () => {
  expect(() => pack(new SharedArrayBuffer(8), 'thread', 'value')).not.toThrow();
  expect(() => encodeBytes([new Int32Array(new SharedArrayBuffer(8))], { medium: 'process', path: 'value' })).toThrow(
    /value\[0\]: it is a SharedArrayBuffer/,
  );
});

it('names shared memory for a byte transport that can share it', () => {
  const memory = new SharedArrayBuffer(8);
  const view = new Int32Array(memory, 4, 1);
  view[0] = 9;
  const value = { memory, deep: [view, new DataView(memory)] };
  const bytes = encodeBytes(value, { medium: 'thread', path: 'value', shareBuffer: () => 7 });
  const asked: number[] = [];
  const arrived = decodeBytes(bytes, {
    medium: 'thread',
    sharedBuffer: (id) => {
      asked.push(id);
      return memory;
    },
  }) as typeof value;
  expect(new Set(asked)).toEqual(new Set([7]));
  expect(arrived.memory).toBe(memory);
  expect(arrived.deep[0]).toEqual(view);
  expect(arrived.deep[1]?.buffer).toBe(memory);
});

describe('bytes as bytes', () => {
  const options = { medium: 'process', path: 'value' } as const;
  const whole = Uint8Array.from({ length: 100 }, (_, i) => i);

  it.each([
    ['a Buffer', Buffer.from(whole.buffer, 10, 80)],
    ['a Uint8Array', whole.slice(10, 90)],
    ['a part of a Uint8Array', whole.subarray(10, 90)],
  ])('cost %s one byte more, and have memory of their own', (_what, value) => {
    const bytes = encodeBytes(value, options);
    expect(bytes).toHaveLength(81);
    const arrived = decodeBytes(bytes, options) as Uint8Array;
    bytes.fill(0);
    expect(arrived.constructor).toBe(value.constructor);
    expect([...arrived]).toEqual([...whole.slice(10, 90)]);
    expect(arrived.buffer.byteLength).toBe(80);
  });

  it('stay what they are where they are more than that', () => {
    class Pixels extends Uint8Array {}
    const growing = new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }));
    const arrived = decodeBytes(encodeBytes(growing, options), options) as typeof growing;
    expect(arrived.buffer.resizable).toBe(true);
    expect(() => encodeBytes(new Uint8Array(new SharedArrayBuffer(2)), options)).toThrow(TransferError);
    const moved = new Uint8Array(2);
    structuredClone(moved, { transfer: [moved.buffer] });
    expect(() => encodeBytes(moved, options)).toThrow(TransferError);
    expect(Object.getPrototypeOf(decodeBytes(encodeBytes(new Pixels(2), options), options))).toBe(Uint8Array.prototype);
  });
});
function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
