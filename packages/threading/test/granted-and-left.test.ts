import { Lock, PriorityQueue, Queue, Semaphore, Thread } from '@weft/threading';
import { leakCheck } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import { putNumbers, takeAndRelease } from './fixtures/work.ts';

leakCheck();

const left = new Error('left');

const locks = [
  ['Lock', () => new Lock()],
  ['Semaphore', () => new Semaphore()],
] as const;

describe('a wait that is aborted just after it was granted something', () => {
  it.each([
    ['Queue', Queue],
    ['PriorityQueue', PriorityQueue],
  ])('leaves an item in a %s', async (_name, kind) => {
    const queue = new kind<number>();
    const abort = new AbortController();
    const got = queue.get({ signal: abort.signal });
    const next = queue.get();
    queue.putNowait(1);
    abort.abort(left);
    await expect(got).rejects.toBe(left);
    expect(await next).toBe(1);
    expect(queue.empty()).toBe(true);
  });

  it('gives a place in a queue to the next one', async () => {
    const queue = new Queue<string>(1);
    await queue.put('item');
    const abort = new AbortController();
    const dropped = queue.put('dropped', { signal: abort.signal });
    const next = queue.put('next');
    expect(queue.getNowait()).toBe('item');
    abort.abort(left);
    await expect(dropped).rejects.toBe(left);
    await next;
    expect([queue.getNowait(), queue.empty()]).toEqual(['next', true]);
  });

  it.each(locks)('gives a %s to the next one, and frees it in the end', async (_name, make) => {
    const lock = make();
    const held = await lock.acquire();
    const abort = new AbortController();
    const gone = lock.acquire({ signal: abort.signal }).catch((error: unknown) => error);
    const next = lock.acquire();
    held[Symbol.dispose]();
    abort.abort(left);
    (await next)[Symbol.dispose]();
    expect([await gone, lock.locked()]).toEqual([left, false]);
  });

  it('loses no item that another thread puts, whenever the wait is aborted', async () => {
    const queue = new Queue<number>(4);
    const count = 20_000;
    const producer = new Thread({ target: putNumbers, args: [queue, count] }).start();
    const got: number[] = [];
    while (got.length < count) {
      const abort = new AbortController();
      const wait = queue.get({ signal: abort.signal }).then(
        (item) => got.push(item),
        (error: unknown) => expect(error).toBe(left),
      );
      for (let turns = got.length % 3; turns > 0; turns -= 1) await Promise.resolve();
      if (got.length % 5 < 4) abort.abort(left);
      await wait;
    }
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i));
    await producer.join();
  });

  it.each(locks)('never keeps a %s that another thread uses too', async (_name, make) => {
    const lock = make();
    const other = new Thread({ target: takeAndRelease, args: [lock, 5_000] }).start();
    let taken = 0;
    for (let round = 0; round < 5_000; round += 1) {
      const abort = new AbortController();
      const wait = lock.acquire({ signal: abort.signal }).then(
        (guard) => {
          taken += 1;
          guard[Symbol.dispose]();
        },
        (error: unknown) => expect(error).toBe(left),
      );
      for (let turns = round % 4; turns > 0; turns -= 1) await Promise.resolve();
      abort.abort(left);
      await wait;
    }
    await other.join();
    (await lock.acquire({ timeout: 10_000 }))[Symbol.dispose]();
    expect(taken).toBeLessThanOrEqual(5_000);
  });
});
