import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TransferError, transfer } from '@weft/core';
import { decodeBytes, encodeBytes, isJsonExact, pack, unpack } from '@weft/core/lowlevel';
import { Half, Stack, Told } from '../fixtures/hostile-classes.ts';
import { transports } from './transports.ts';

function throwing(): object {
  return {
    get field(): never {
      throw new RangeError('not today');
    },
  };
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function nested(depth: number, wrap: (value: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

describe.each(transports)('between %s', (_name, send) => {
  it.each([
    ['arrays', (value: unknown) => [value]],
    ['objects', (value: unknown) => ({ value })],
    ['maps', (value: unknown) => new Map([['k', value]])],
    ['errors', (cause: unknown) => new Error('x', { cause })],
  ])('refuses %s that are nested too deeply', (_what, wrap) => {
    expect(() => send(nested(100_000, wrap))).toThrow(TransferError);
    expect(() => send(nested(100_000, wrap))).toThrow(/^Cannot send value.*…: it is nested too deeply/);
  });

  it.each([
    ['alone', () => throwing(), 'value.field'],
    ['deep', () => ({ list: [throwing()] }), 'value.list[0].field'],
    ['beside an error', () => [new Error('x'), throwing()], 'value[1].field'],
    [
      'of an error',
      () =>
        Object.defineProperty(new Error('x'), 'code', {
          get: () => {
            throw new RangeError('not today');
          },
        }),
      'value.code',
    ],
  ])('says where a getter threw: %s', (_what, make, path) => {
    expect(() => send(make())).toThrow(`Cannot send ${path}: it cannot be read: not today`);
    expect(() => send(make())).toThrow(TransferError);
  });

  it('reads the getters of an error', () => {
    const error = Object.defineProperty(new Error('x'), 'code', { get: () => 'E_READ', enumerable: true });
    expect(send(error)).toMatchObject({ code: 'E_READ' });
  });

  it('keeps the buffer that several views share', () => {
    const buffer = new ArrayBuffer(16);
    const [bytes, numbers, itself] = send([new Uint8Array(buffer), new Float64Array(buffer), buffer]) as [
      Uint8Array,
      Float64Array,
      ArrayBuffer,
    ];
    expect(bytes.buffer).toBe(itself);
    expect(numbers.buffer).toBe(itself);
  });

  it('keeps where a view of a part lies in a buffer that came before it', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;
    const arrived = send([, new Uint8Array(buffer), new Uint16Array(buffer, 2, 2), new DataView(buffer, 7)]);
    const [, whole, part, view] = arrived as [undefined, Uint8Array, Uint16Array, DataView];
    expect([part.buffer, view.buffer]).toEqual([whole.buffer, whole.buffer]);
    expect(part.buffer).toBe(whole.buffer);
    expect([part.byteOffset, part.length, view.byteOffset, view.byteLength]).toEqual([2, 2, 7, 1]);
  });

  it('keeps a buffer resizable, and a view that follows it', () => {
    const view = send(new Uint8Array(new ArrayBuffer(4, { maxByteLength: 8 }))) as Uint8Array<ArrayBuffer>;
    view.buffer.resize(8);
    expect(view.length).toBe(8);
  });

  it('sends of a pooled Buffer only its own bytes', () => {
    const arrived = send({ deep: Buffer.from('abc') }) as { deep: Buffer };
    expect(arrived.deep.toString()).toBe('abc');
    expect(arrived.deep.buffer.byteLength).toBe(3);
  });

  it('looks at what an array holds by name', () => {
    const value = Object.assign([1], { error: new TypeError('named') });
    const arrived = send({ value }) as { value: typeof value };
    expect(arrived.value).toEqual(value);
    expect(arrived.value.error).toBeInstanceOf(TypeError);
    expect(send('a1'.match(/(?<letter>\w)\d/))).toMatchObject({ index: 0, groups: { letter: 'a' } });
    expect(() => send([Object.assign([1], { run: () => 1 })])).toThrow('Cannot send value[0].run: ');
  });

  it('keeps the class of an array with [toWire]', () => {
    const arrived = send({ stack: Stack.from([1, 2]) }) as { stack: Stack };
    expect(arrived.stack).toBeInstanceOf(Stack);
    expect([...arrived.stack]).toEqual([1, 2]);
  });

  it.each([
    [
      'throws',
      [
        new Told(() => {
          throw new RangeError('no state');
        }),
      ],
      /^Cannot send value\[0\]: it cannot be read: no state/,
    ],
    [
      'leads back',
      { a: new Told((self) => ({ self })) },
      /^Cannot send value\.a\.self: what its \[toWire\] returned leads back to it/,
    ],
    [
      'has no class',
      { a: { [Symbol.for('weft.toWire')]: () => 1 } },
      /^Cannot send value\.a: .*\(Object\) has no static \[fromWire\]/,
    ],
    ['has half a class', [new Half()], /^Cannot send value\[0\]: .*\(Half\) has no static \[fromWire\]/],
  ])('refuses at the call an object whose [toWire] %s', (_what, value, message) => {
    expect(() => send(value)).toThrow(TransferError);
    expect(() => send(value)).toThrow(message);
  });

  it('reports a [fromWire] that throws, with its error as cause', () => {
    let thrown: unknown;
    try {
      send(new Told(() => 'refuse'));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TransferError);
    expect((thrown as TransferError).cause).toBeInstanceOf(RangeError);
  });

  class Mentions {
    color = 'a { color: #fff; } .#b #c(';
  }
  class Counted {
    static #made = 0;
    number = Counted.#made++;
  }
  it('lets through a class that only mentions private names, or keeps them itself', () => {
    expect(send(new Mentions())).toEqual({ color: 'a { color: #fff; } .#b #c(' });
    expect(send(new Counted())).toEqual({ number: expect.any(Number) as number });
  });

  class SecretArray extends Array<number> {
    #x = 1;
    read = (): number => this.#x;
  }
  class SecretMap extends Map<string, number> {
    #x = 1;
    read(): number {
      return this.#x;
    }
  }
  class SecretDate extends Date {
    #x = 1;
    read(): number {
      return this.#x;
    }
  }
  class Heir extends SecretMap {}
  it.each([
    ['an array', new SecretArray()],
    ['a map', new SecretMap()],
    ['a date', new SecretDate()],
    ['what inherits it', new Heir()],
  ])('refuses private state of %s', (_what, value) => {
    expect(() => send({ value })).toThrow(/^Cannot send value\.value: this \w+ keeps private state/);
  });

  it.each([
    ['an AbortSignal', new AbortController().signal],
    ['a port that does not move', new MessageChannel().port1],
    ['a number format', new Intl.NumberFormat()],
    ['a registry', new FinalizationRegistry(() => undefined)],
    ['an iterator', new Map().keys()],
  ])('refuses %s, alone and beside an error', (_what, value) => {
    expect(() => send({ value })).toThrow(/^Cannot send value\.value: /);
    expect(() => send({ error: new Error('x'), value })).toThrow(/^Cannot send value\.value: /);
    if (value instanceof MessagePort) value.close();
  });

  it.each([
    [
      'a view instead of its buffer',
      () => {
        const view = new Uint8Array(3);
        return transfer(view, [view]);
      },
    ],
    ['memory that has moved before', () => transfer(1, [detached()])],
    [
      'the pool of small Buffers',
      () => {
        const small = Buffer.from('abc');
        return transfer(small, [small.buffer]);
      },
    ],
  ])('refuses to move %s', (_what, make) => {
    expect(() => send(make())).toThrow();
    expect(Buffer.from('alive').toString()).toBe('alive');
  });

  it('moves the memory of a Buffer', () => {
    const big = Buffer.from(new ArrayBuffer(64)).fill(7);
    const arrived = send(transfer(big, [big.buffer])) as Buffer;
    expect(arrived.equals(Buffer.alloc(64, 7))).toBe(true);
    expect(big.length).toBe(0);
  });
});

it('lets what Node clones itself go to threads, and not to processes', () => {
  const key = createSecretKey(Buffer.from('secret'));
  const { body } = pack({ key, error: new Error('x') }, 'thread', 'value');
  const arrived = unpack(structuredClone(body), 'thread') as { key: typeof key };
  expect(arrived.key.equals(key)).toBe(true);
  expect(() => encodeBytes({ key }, { medium: 'process', path: 'value' })).toThrow(
    /^Cannot send value\.key: this \w+ cannot leave its process/,
  );
  expect(() => encodeBytes([new Blob(['x'])], { medium: 'process', path: 'value' })).toThrow(
    /Blob cannot leave its process/,
  );
});

it('does not trust JSON with what has a toJSON of its own', () => {
  const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'gone' });
  expect(isJsonExact(hidden)).toBe(false);
  expect(isJsonExact([throwing()])).toBe(false);
  expect(decodeBytes(encodeBytes(hidden, { medium: 'process', path: 'value' }), { medium: 'process' })).toEqual({
    a: 1,
  });
});
