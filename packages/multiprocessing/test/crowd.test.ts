import { Lock, Queue, Semaphore } from '@weft/multiprocessing';
import { describe, expect, it } from 'vitest';

describe('more waits at once than there are slots', () => {
  it('are all served, in the order in which this thread began them', async () => {
    const lock = new Lock();
    const guard = await lock.acquire();
    const served: number[] = [];
    const waits = Array.from({ length: 500 }, async (_, index) => {
      using _guard = await lock.acquire();
      served.push(index);
    });
    guard[Symbol.dispose]();
    await Promise.all(waits);
    expect(served).toEqual(Array.from({ length: 500 }, (_, index) => index));
    expect(lock.locked()).toBe(false);
  });

  it('may be left, and take nothing then', async () => {
    const semaphore = new Semaphore(0);
    const abort = new AbortController();
    const left = Array.from({ length: 200 }, () =>
      expect(semaphore.acquire({ signal: abort.signal })).rejects.toThrow('enough'),
    );
    const late = Array.from({ length: 100 }, () => semaphore.acquire());
    abort.abort(new Error('enough'));
    await Promise.all(left);
    semaphore.release(100);
    await Promise.all(late);
    expect(semaphore.getValue()).toBe(0);
  });

  it('get their items', async () => {
    const queue = new Queue<number>();
    const gets = Array.from({ length: 300 }, () => queue.get());
    for (let i = 0; i < 300; i += 1) await queue.put(i);
    expect(await Promise.all(gets)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });
});
