import { Event, Lock, ThreadPoolExecutor, TransferError, transfer } from '@weft/threading';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

const LARGE = 100_000;
/** TypeScript knows it only among the types of browsers. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };
};

describe('large values', () => {
  let pool: ThreadPoolExecutor;
  beforeAll(() => {
    pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  });
  afterAll(() => pool.shutdown());

  it('cross as they were at the call, though the task starts later', async () => {
    const open = new Event();
    const first = pool.submit(tasks.hold, new Event(), open);
    const bytes = new Uint8Array(LARGE).fill(1);
    const options = { width: 1 };
    const map = new Map([['bytes', new Uint8Array(LARGE).fill(1)]]);
    const buffer = Buffer.alloc(LARGE, 1);
    const held = { bytes: new Uint8Array(LARGE).fill(1), lock: new Lock() };
    const shared = { count: 1, memory: new SharedArrayBuffer(8) };
    const later = [
      pool.submit(tasks.echo, bytes),
      pool.submit(tasks.listOf, bytes, options),
      pool.submit(tasks.echo, map),
      pool.submit(tasks.echo, buffer),
      pool.submit(tasks.echo, held),
      pool.submit(tasks.echo, shared),
    ] as const;
    for (const changed of [bytes, buffer, held.bytes, map.get('bytes') as Uint8Array]) changed.fill(2);
    options.width = shared.count = 2;
    open.set();
    await first;

    const before = new Uint8Array(LARGE).fill(1);
    expect(await later[0]).toEqual(before);
    expect(await later[1]).toEqual([before, { width: 1 }]);
    expect(await later[2]).toEqual(new Map([['bytes', before]]));
    expect(await later[3]).toEqual(Buffer.alloc(LARGE, 1));
    expect(await later[4]).toEqual({ bytes: before, lock: expect.any(Lock) as Lock });
    expect((await later[5]).count).toBe(1);
  });

  it('cross as they were at the call also where there is no room for all, and where others overtake them', async () => {
    const open = new Event();
    const first = pool.submit(tasks.hold, new Event(), open);
    const all = Array.from({ length: 12 }, (_, i) => new Uint8Array(2 ** 20).fill(i));
    const echoed = all.map((bytes) => pool.submit(tasks.echo, bytes));
    for (const bytes of all) bytes.fill(99);
    const urgent = pool.with({ priority: 1 }).submit(tasks.echo, Buffer.from('urgent'));
    open.set();
    await first;
    expect(await urgent).toEqual(Buffer.from('urgent'));
    for (const [i, future] of echoed.entries()) expect(Buffer.compare(await future, Buffer.alloc(2 ** 20, i))).toBe(0);
  });

  it('are Buffers also where every worker gets them', async () => {
    expect(await pool.broadcast(tasks.echo, Buffer.from('text'))).toEqual([Buffer.from('text')]);
    expect(await pool.broadcast(tasks.echo, Uint8Array.of(1, 2))).toEqual([Uint8Array.of(1, 2)]);
  });

  it('leave the caller what it copies', async () => {
    const bytes = new Uint8Array(LARGE).fill(3);
    expect(await pool.submit(tasks.keepAndGive, bytes)).toEqual(bytes);
    expect(await pool.submit(tasks.lengthOfKept)).toBe(LARGE);
    expect(bytes.length).toBe(LARGE);
  });

  it('keep which class they are of, and what part of which memory they show', async () => {
    const memory = new ArrayBuffer(LARGE + 16);
    const part = new Uint16Array(memory, 8, 4).fill(7);
    const all = new DataView(memory, 16);
    const [samePart, sameAll] = await pool.submit(tasks.echo, [part, all] as const);
    expect(samePart).toEqual(new Uint16Array(4).fill(7));
    expect([samePart.byteOffset, sameAll.byteOffset, sameAll.byteLength]).toEqual([8, 16, LARGE]);
    expect(samePart.buffer).toBe(sameAll.buffer);
    expect(samePart.buffer.byteLength).toBe(LARGE + 16);

    expect(await pool.submit(tasks.echo, memory)).toEqual(memory);
    expect(Buffer.isBuffer(await pool.submit(tasks.echo, Buffer.alloc(LARGE, 'x')))).toBe(true);
    expect(
      await pool.submit(
        tasks.echo,
        Float64Array.from({ length: LARGE }, (_, i) => i / 3),
      ),
    ).toHaveLength(LARGE);
    const growing = await pool.submit(tasks.echo, new ArrayBuffer(LARGE, { maxByteLength: LARGE * 2 }));
    expect([growing.resizable, growing.maxByteLength]).toEqual([true, LARGE * 2]);
  });

  it('keep that one object stands in two places', async () => {
    const options = { width: 1 };
    const [first, , second] = await pool.submit(tasks.echo, [options, new Uint8Array(LARGE), options]);
    expect(first).toBe(second);
    const list = Object.assign([new Uint8Array(LARGE)], { title: 'a list' });
    expect(await pool.submit(tasks.echo, list)).toHaveProperty('title', 'a list');
  });

  it('move with what stands beside them', async () => {
    const bytes = new Uint8Array(LARGE).fill(4);
    const view = new Uint16Array(bytes.buffer, 2, 1);
    const moved = pool.submit(tasks.listOf, transfer([bytes, view], [bytes.buffer]), { width: 1 });
    expect([bytes.length, view.length]).toEqual([0, 0]);
    const [[sameBytes, sameView], options] = (await moved) as [[Uint8Array, Uint16Array], object];
    expect(sameBytes).toEqual(new Uint8Array(LARGE).fill(4));
    expect(sameView).toEqual(Uint16Array.of(0x0404));
    expect(sameView.buffer).toBe(sameBytes.buffer);
    expect(options).toEqual({ width: 1 });

    const one = new Uint8Array(LARGE).fill(5);
    const other = new Uint8Array(LARGE).fill(6);
    const both = pool.submit(tasks.listOf, transfer(one, [one.buffer]), other);
    expect([one.length, other.length]).toEqual([0, LARGE]);
    expect(await both).toEqual([new Uint8Array(LARGE).fill(5), other]);
  });

  it('are refused where they cannot be moved, and stay what they were', async () => {
    const small = Buffer.from('shares its memory with others');
    expect(() => pool.submit(tasks.echo, transfer(small, [small.buffer]))).toThrow(TransferError);
    expect(String(small)).toBe('shares its memory with others');
    const { buffer } = new wasm.Memory({ initial: 1 });
    expect(() => pool.submit(tasks.echo, transfer(new Uint8Array(buffer), [buffer]))).toThrow(TransferError);
    expect(buffer.byteLength).toBe(65_536);
    const gone = new Uint8Array(LARGE);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(() => pool.submit(tasks.echo, transfer(gone, [gone.buffer]))).toThrow(TransferError);
    expect(await pool.submit(tasks.inc, 1)).toBe(2);
  });
});
