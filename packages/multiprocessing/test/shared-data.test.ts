import { InvalidStateError } from '@weft/core';
import { inspect } from 'node:util';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { Lock, RLock, ShareableList, SharedArray, SharedMemory, SharedValue } from '@weft/multiprocessing';
import { afterAll, describe, expect, it } from 'vitest';
import { addUnderLock, fillShared } from './fixtures/sharing.mjs';
import { Peer } from './peers.ts';

let peer: Peer | undefined;
const other = (): Peer => (peer ??= new Peer());
afterAll(() => peer?.end());

describe('SharedValue', () => {
  it('has a lock, its own or the given one, or none [MP-163]', () => {
    const lock = new Lock();
    expect(new SharedValue('i').getLock()).toBeInstanceOf(RLock);
    expect(new SharedValue('i', 0, { lock }).getLock()).toBe(lock);
    expect(() => new SharedValue('i', 0, { lock: false }).getLock()).toThrow(TypeError);
  });

  it('refuses a lock that is none [MP-164]', () => {
    expect(() => new SharedValue('i', 0, { lock: 'navalue' as never })).toThrow(TypeError);
  });

  it('without a lock is shared all the same [MP-162]', async () => {
    const value = new SharedValue('i', 7, { lock: false });
    const [array, list, block] = [
      new SharedArray('d', 1),
      new ShareableList([null, null, null]),
      new SharedMemory({ create: true, size: 8 }),
    ];
    list[Symbol.dispose]();
    using fresh = new ShareableList(['12345678', 0, false]);
    await other().run(fillShared, { value, array, list: fresh, block });
    expect(value.value).toBe(42);
    block[Symbol.dispose]();
  });

  it('counts exactly with a lock that is given, and with Atomics [MP-165]', async () => {
    const value = new SharedValue('i', 0, { lock: new Lock() });
    const mine = addUnderLock(value, 500);
    await Promise.all([other().run(addUnderLock, value, 500), mine]);
    Atomics.add(value.typedArray, 0, 1);
    expect(value.value).toBe(1001);
  });

  it('wraps integers around as C does, and refuses other types [MP-171]', () => {
    const cases = [
      ['b', 128, -128],
      ['B', 256, 0],
      ['h', 32_768, -32_768],
      ['H', -1, 65_535],
      ['i', 2 ** 31, -(2 ** 31)],
      ['I', -1, 2 ** 32 - 1],
    ] as const;
    for (const [code, written, read] of cases) {
      const value = new SharedValue(code);
      value.value = written;
      expect([code, value.value]).toEqual([code, read]);
    }
    const long = new SharedValue('q', 2n ** 63n);
    expect(long.value).toBe(-(2n ** 63n));
    for (const wrong of ['1', 1.5, null, {}]) {
      expect(() => {
        new SharedValue('i').value = wrong as never;
      }).toThrow(TypeError);
    }
    expect(() => new SharedValue('x' as never)).toThrow(TypeError);
  });

  it.each([
    ['i', -5],
    ['d', 0.1],
    ['f', 0.5],
    ['q', 5n],
    ['B', 200],
  ] as const)('of type %s keeps %s in another process [MP-172, MP-173]', async (code, init) => {
    const value = new SharedValue<'i' | 'd' | 'f' | 'q' | 'B'>(code, init);
    expect(value.value).toBe(init);
    expect(inspect(value)).toContain(code);
  });
});

describe('SharedArray', () => {
  it('is an array that a child changes [MP-166]', async () => {
    const array = new SharedArray('d', [9, 9, 9]);
    using list = new ShareableList(['12345678', 0, false]);
    using block = new SharedMemory({ create: true, size: 8 });
    await other().run(fillShared, { value: new SharedValue('i'), array, list, block });
    expect([array.length, array[0], array.at(-1), array.slice(1)]).toEqual([3, 0.5, 2.5, [1.5, 2.5]]);
    array.set([7, 8], 1);
    expect([...array]).toEqual([0.5, 7, 8]);
  });

  it('made by size is full of zeros, every time [MP-167]', () => {
    for (const _ of [1, 2, 3]) {
      const array = new SharedArray('i', 10);
      expect([...array]).toEqual(new Array(10).fill(0));
      array.typedArray.fill(5);
    }
    for (const size of [-1, 1.5, NaN]) expect(() => new SharedArray('i', size)).toThrow(RangeError);
  });

  it('answers nothing past its end, and refuses to write there [MP-170]', () => {
    const array = new SharedArray('i', [1, 2]);
    expect([array[5], array.at(5), array.at(-1), 1 in array]).toEqual([undefined, undefined, 2, true]);
    expect(() => {
      array[2] = 1;
    }).toThrow(RangeError);
    expect(() => array.set([1, 2], 1)).toThrow(RangeError);
    expect(Array.isArray(array.slice())).toBe(true);
  });

  it('refuses to set an element at no index at all', () => {
    const array = new SharedArray('i', 3);
    using list = new ShareableList([1, 2]);
    for (const index of [-1, 1.5, Number.NaN, 3]) {
      expect(() => array.setElement(index, 7)).toThrow(RangeError);
      expect(() => list.setElement(index, 7)).toThrow(RangeError);
    }
    expect([...array, ...list]).toEqual([0, 0, 0, 1, 2]);
  });

  it('of characters has its text and its bytes [MP-172]', () => {
    const text = new SharedArray('c', 8);
    text.value = 'hello';
    expect([text.value, Buffer.from(text.raw).toString('latin1')]).toEqual(['hello', 'hello\0\0\0']);
    expect(() => {
      text.value = 'much too long';
    }).toThrow(RangeError);
  });

  it('stays as it is when it cannot store what it is given', () => {
    const text = new SharedArray('c', 4);
    text.value = 'abc';
    for (const bad of [5, null, '\u20ac'] as never[]) {
      expect(() => {
        text.value = bad;
      }).toThrow(/^Cannot store .*: it must be a text of Latin-1 characters$/);
    }
    const array = new SharedArray('i', [1, 2, 3]);
    expect(() => array.set([7, 'x' as never], 1)).toThrow('Cannot store "x" as "i"');
    for (const bad of [Number.NaN, 0.5, -1, 4]) expect(() => array.set([7], bad)).toThrow(RangeError);
    expect(() => array.set(5 as never)).toThrow('Cannot take items of 5: it must be iterable');
    expect(() => array.value).toThrow('Cannot use the value of elements of typecode "i"');
    using list = new ShareableList([1, 2]);
    for (const indexed of [array, list]) {
      for (const bad of [-1, 0.5]) {
        expect(() => {
          indexed[bad] = 7;
        }).toThrow(RangeError);
      }
      expect([indexed[-1], Object.keys(indexed)]).toEqual([undefined, indexed === list ? ['shm'] : []]);
    }
    expect([list.elementAt(-1), list.elementAt(0.5)]).toEqual([undefined, undefined]);
    expect([text.value, ...array, ...list]).toEqual(['abc', 1, 2, 3, 1, 2]);
  });

  it('keeps its live view when nothing else holds it', async () => {
    const view = new SharedArray('i', [1, 2, 3]).typedArray;
    for (let i = 0; i < 200; i += 1) new SharedArray('i', 1000);
    await new Promise((resolve) => setImmediate(resolve));
    view[1] = 5;
    expect([...view]).toEqual([1, 5, 3]);
  });
});

describe('SharedMemory', () => {
  it('cannot be moved to another buffer, under which it would be unmapped', () => {
    const block = new SharedMemory({ create: true, size: 4096 });
    const buffer = block.buf.buffer as ArrayBuffer;
    expect(() => buffer.transfer()).toThrow('Cannot move the memory of a buffer that other processes see');
    expect(() => buffer.transferToFixedLength()).toThrow(TypeError);
    expect(() => structuredClone(buffer, { transfer: [buffer] })).toThrow();
    expect(block.buf).toHaveLength(4096);
    block.unlink();
    block.close();
    expect(buffer.byteLength).toBe(0);
  });

  it('refuses sizes that are none, and names that cannot be [MP-261, MP-266, MP-282]', () => {
    for (const size of [0, -1, undefined, 1.5])
      expect(() => new SharedMemory({ create: true, size })).toThrow(RangeError);
    for (const name of ['', 'a/b', 'nul\0', 'x'.repeat(512)])
      expect(() => new SharedMemory({ name, create: true, size: 1 })).toThrow(RangeError);
    expect(() => new SharedMemory({})).toThrow(TypeError);
    expect(() => new SharedMemory()).toThrow(TypeError);
    for (const name of [5, null])
      expect(() => new SharedMemory({ name: name as never })).toThrow(/Cannot use (5|null) as the name/);
  });

  it('reads and writes within its bounds only', () => {
    using block = new SharedMemory({ create: true, size: 8 });
    for (const [offset, length] of [
      [0, 9],
      [9, 0],
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [Number.NaN, 1],
      [0, undefined],
    ] as [number, number][])
      expect(() => block.read(offset, length)).toThrow(/^Cannot read .* bytes from .* on of the shared memory/);
    for (const offset of [-1, 7, 0.5, Number.NaN])
      expect(() => block.write(offset, Buffer.of(1, 2))).toThrow(RangeError);
    for (const bad of ['ab', [1], null]) expect(() => block.write(0, bad as never)).toThrow('it must be a Uint8Array');
    block.write(6, Buffer.of(1, 2));
    expect([...block.read(6, 2), ...block.read(8, 0), block.buf[0]]).toEqual([1, 2, 0]);
  });

  it('says of an empty file that it is one', () => {
    const name = `weft-test-empty-${process.pid}`;
    writeFileSync(`/dev/shm/${name}`, '');
    try {
      expect(() => new SharedMemory({ name })).toThrow('it is empty; whoever makes it may not be done');
    } finally {
      rmSync(`/dev/shm/${name}`);
    }
  });

  it('is seen by another process, by the object and by the name [MP-262, MP-263]', async () => {
    using block = new SharedMemory({ create: true, size: 16 });
    using list = new ShareableList(['12345678', 0, false]);
    await other().run(fillShared, { value: new SharedValue('i'), array: new SharedArray('d', 1), list, block });
    using again = new SharedMemory({ name: block.name });
    expect([block.buf[3], again.buf[3], again.size]).toEqual([7, 7, 16]);
    again.buf[4] = 9;
    expect(block.buf[4]).toBe(9);
    expect(list[0]).toBe('b');
  });

  it('takes the name that it is given, once, and is gone when it was unlinked [MP-264, MP-266]', () => {
    const name = `weft-test: ${process.pid}\n`;
    const block = new SharedMemory({ name, create: true, size: 4 });
    expect(() => new SharedMemory({ name, create: true, size: 4 })).toThrow(
      expect.objectContaining({ code: 'EEXIST' }),
    );
    block.unlink();
    expect(() => new SharedMemory({ name })).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => block.unlink()).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(existsSync(`/dev/shm/${name}`)).toBe(false);
    block.buf[0] = 1;
    block.close();
    expect(block.buf).toHaveLength(0);
    expect(inspect(block)).toContain('closed');
  });

  it('is empty once it is closed, whether it was looked at before or not, and says so', () => {
    const block = new SharedMemory({ create: true, size: 8 });
    const list = new ShareableList([1, 2]);
    const same = new ShareableList(undefined, { name: list.shm.name });
    for (const owned of [block, same, list]) owned[Symbol.dispose]();
    expect([block.buf.length, block.size]).toEqual([0, 8]);
    expect([inspect(block), inspect(list), inspect(same)].every((text) => text.includes('closed'))).toBe(true);
    expect(() => block.read(0, 1)).toThrow(InvalidStateError);
    expect(() => block.write(0, Buffer.of(1))).toThrow(InvalidStateError);
    expect(() => same[0]).toThrow(InvalidStateError);
    expect(() => {
      list[0] = 5;
    }).toThrow(InvalidStateError);
  });

  it('that does not fit is an error, and nothing stays behind', () => {
    const name = `weft-test-large-${process.pid}`;
    expect(() => new SharedMemory({ name, create: true, size: 2 ** 52 })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/ENOSPC|ERRNO/) as string }),
    );
    expect(existsSync(`/dev/shm/${name}`)).toBe(false);
  });
});

describe('ShareableList', () => {
  it('holds strings, bytes, numbers, bigints, booleans and null [MP-269]', () => {
    const items = ['howdy', Buffer.from('HoWdY'), -273.154, 100, null, true, 42, 10n, ''];
    using list = new ShareableList(items);
    expect([...list].map((item) => (item instanceof Uint8Array ? Buffer.from(item) : item))).toEqual(items);
    expect([list.length, list[0], list.at(-2), list[99]]).toEqual([9, 'howdy', 10n, undefined]);
    expect([list.count(42), list.count('nope'), list.index(null)]).toEqual([1, 0, 4]);
    expect(() => list.index('nope')).toThrow(RangeError);
    expect(() => list.at(9)).toThrow(RangeError);
    expect(() => new ShareableList([{} as never])).toThrow(TypeError);
  });

  it('opens nothing else than a list', () => {
    using list = new ShareableList(['a', 1]);
    const head = Buffer.from(list.shm.read(0, 20));
    for (const [size, at, value] of [
      [4, 0, 0],
      [64, 0, 0xffffffff],
      [64, 8, 0],
      [64, 12, 20],
      [64, 16, 200],
    ] as const) {
      using block = new SharedMemory({ create: true, size });
      const bytes = Buffer.from(head);
      bytes.writeUInt32LE(value, at);
      block.write(0, bytes.subarray(0, size));
      expect(() => new ShareableList(undefined, { name: block.name })).toThrow('as a list: it holds something else');
    }
    expect(new ShareableList(undefined, { name: list.shm.name }).length).toBe(2);
    expect(() => {
      list[0] = '\ud800';
    }).toThrow('it has half of a character');
    expect(list[0]).toBe('a');
  });

  it('leaves nothing behind when an item cannot be stored', () => {
    const name = `weft-test-list-${process.pid}`;
    for (const item of [{} as never, 2n ** 64n]) {
      expect(() => new ShareableList([1, item], { name })).toThrow(/Cannot store/);
      expect(() => new SharedMemory({ name })).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    }
  });

  it('changes its items in place, and refuses what does not fit [MP-270]', () => {
    using list = new ShareableList(['adam', 1, 'neighbour']);
    list[0] = '12345678';
    expect(() => {
      list[0] = '123456789';
    }).toThrow(RangeError);
    expect(() => {
      list[0] = 'ééééé';
    }).toThrow(RangeError);
    expect(list[0]).toBe('12345678');
    list[0] = 3.5;
    list[1] = 'text';
    expect([...list]).toEqual([3.5, 'text', 'neighbour']);
  });

  it('is shared by its name, and copied into a block of its own [MP-271, MP-273]', () => {
    const list = new ShareableList([1, 2, 3]);
    const same = new ShareableList(undefined, { name: list.shm.name });
    using copy = new ShareableList(list);
    same[0] = 10;
    expect([list[0], copy[0]]).toEqual([10, 1]);
    same.shm.close();
    list[Symbol.dispose]();
    expect(() => new ShareableList(undefined, { name: list.shm.name })).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });
});
