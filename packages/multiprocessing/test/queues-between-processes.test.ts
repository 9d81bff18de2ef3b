import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import {
  Event,
  JoinableQueue,
  Lock,
  Queue,
  QueueEmptyError as Reexported,
  SharedValue,
  SimpleQueue,
} from '@weft/multiprocessing';
import { QueueEmptyError, QueueFullError, TransferError } from '@weft/core';
import { capped, until } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  putAll,
  putBytes,
  takeAndTellId,
  takeUntilNothing,
  waitAndFreeze,
  waitFor,
  work,
} from './fixtures/sharing.mjs';
import { Peer } from './peers.ts';

const peers: Peer[] = [];
const newPeer = (): Peer => {
  const peer = new Peer();
  peers.push(peer);
  return peer;
};

const attempt = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    if (error instanceof QueueEmptyError || error instanceof QueueFullError) return undefined;
    throw error;
  }
};

afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.kill()));
});

describe('Queue', () => {
  it('brings what a child puts, in order, in every way of getting [MP-097]', async () => {
    const queue = new Queue();
    await newPeer().run(putAll, queue, [1, 'two', { three: 3 }, null, undefined, [6n]]);
    expect(queue.getSync()).toBe(1);
    expect(await queue.get()).toBe('two');
    expect(queue.getNowait()).toEqual({ three: 3 });
    expect(await queue.get({ timeout: 0 })).toBe(null);
    expect(queue.getSync({ timeout: 10 })).toBe(undefined);
    expect(await queue.get({ timeout: 10 })).toEqual([6n]);
    expect(() => queue.getNowait()).toThrow(QueueEmptyError);
    await expect(queue.get({ timeout: 1 })).rejects.toThrow(QueueEmptyError);
    expect(() => queue.getSync({ timeout: 1 })).toThrow(QueueEmptyError);
  });

  it('throws the same errors as the other queues [QU-052]', () => {
    expect(Reexported).toBe(QueueEmptyError);
  });

  it('shows an item as soon as it was put, and counts [MP-100, MP-111]', async () => {
    const queue = new Queue();
    expect(queue.empty()).toBe(true);
    await queue.put('a');
    expect([queue.qsize(), queue.empty()]).toEqual([1, false]);
    await queue.put('b');
    expect(queue.qsize()).toBe(2);
    await queue.get();
    await queue.get();
    expect(queue.qsize()).toBe(0);
  });

  it('writes the item when it is put: later changes do not arrive [MP-112]', async () => {
    const queue = new Queue<{ n: number }>();
    const item = { n: 1 };
    await queue.put(item);
    item.n = 2;
    expect(await queue.get()).toEqual({ n: 1 });
  });

  it('refuses what cannot cross in the caller, with its path, and keeps its places [MP-103]', async () => {
    const queue = new Queue(1);
    await expect(queue.put({ a: [() => {}] })).rejects.toThrow(TransferError);
    expect(() => queue.putNowait({ a: [() => {}] })).toThrow(/item\.a\[0\]/);
    queue.putNowait('fits');
    expect(await queue.get()).toBe('fits');
  });

  it('keeps what a child put after the child has ended, however much that is [MP-107, MP-108, MP-110]', async () => {
    const queue = new Queue<Uint8Array>();
    const peer = newPeer();
    await peer.run(putBytes, queue, 10, 1_000_000);
    await peer.end();
    for (let i = 0; i < 10; i += 1) {
      const item = await queue.get({ timeout: 1000 });
      expect([item.length, item[0], item.at(-1)]).toEqual([1_000_000, i, i]);
    }
    expect(queue.empty()).toBe(true);
  });

  it('keeps items of 16 MB intact [QU-067]', async () => {
    const queue = new Queue<Buffer>();
    const item = Buffer.alloc(16 * 1024 * 1024, 'weft');
    await queue.put(item);
    expect(Buffer.compare(await queue.get(), item)).toBe(0);
  });

  it('holds 100,000 items that nobody takes, and gives them in order [QU-016, QU-069]', async () => {
    const queue = new Queue<number>();
    for (let i = 0; i < 100_000; i += 1) queue.putNowait(i);
    expect([queue.qsize(), queue.full()]).toEqual([100_000, false]);
    for (let i = 0; i < 100_000; i += 1) if (queue.getNowait() !== i) throw new Error(`Item ${i} is not in its place`);
    expect(queue.empty()).toBe(true);
  });

  it('gives each item to one of several consumers [MP-117]', async () => {
    const [queue, results] = [new Queue(), new Queue<number>()];
    const consumers = Array.from({ length: 4 }, () => newPeer().run(takeUntilNothing, queue, results));
    for (let i = 0; i < 1000; i += 1) await queue.put(i);
    for (const _ of consumers) await queue.put(null);
    await Promise.all(consumers);
    const seen: number[] = [];
    while (!results.empty()) seen.push(await results.get());
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('loses no item, and lets the others go on, when one who waits is killed [MP-118, QU-068]', async () => {
    const queue = new Queue<number>();
    const started = [new Event(), new Event()];
    const doomed = started.map((event) => {
      const peer = newPeer();
      peer.run(waitAndFreeze, queue, 'get', event).catch(() => {});
      return peer;
    });
    for (const event of started) await event.wait();
    // They are promised the first items and never take them.
    for (let i = 0; i < 4; i += 1) await queue.put(i);
    await Promise.all(doomed.map((peer) => peer.kill()));
    const got: number[] = [];
    for (let i = 0; i < 4; i += 1) got.push(await queue.get({ timeout: 10_000 }));
    expect(got).toEqual([0, 1, 2, 3]);
  });

  it('shows an item that was promised to a dead consumer to those who only look [QU-068]', async () => {
    for (const seen of [
      (queue: Queue<string>) => !queue.empty(),
      (queue: Queue<string>) => queue.qsize() === 1,
      (queue: Queue<string>) => attempt(() => queue.getNowait()) === 'item',
      (queue: Queue<string>) => attempt(() => queue.getSync({ timeout: 1 })) === 'item',
    ]) {
      const [queue, started] = [new Queue<string>(), new Event()];
      const peer = newPeer();
      peer.run(waitAndFreeze, queue, 'get', started).catch(() => {});
      await started.wait();
      queue.putNowait('item');
      expect([queue.qsize(), seen(queue)]).toEqual([0, false]);
      await peer.kill();
      await until(() => seen(queue), 'the item is there');
    }
  });

  it('shows a place that was promised to a dead producer to those who only look [QU-068]', async () => {
    for (const seen of [
      (queue: Queue<unknown>) => !queue.full(),
      (queue: Queue<unknown>) =>
        attempt(() => {
          queue.putNowait('next');
          return true;
        }) === true,
    ]) {
      const [queue, started] = [new Queue<unknown>(1), new Event()];
      queue.putNowait('first');
      const peer = newPeer();
      peer.run(waitAndFreeze, queue, 'put', started).catch(() => {});
      await started.wait();
      expect(queue.getNowait()).toBe('first');
      expect(seen(queue)).toBe(false);
      await peer.kill();
      await until(() => seen(queue), 'the place is free');
    }
  });

  it('frees the place of a producer that is killed while it waits [QU-068]', async () => {
    const queue = new Queue<string>(1);
    await queue.put('first');
    const started = new Event();
    const peer = newPeer();
    peer.run(waitFor, queue, 'put', started).catch(() => {});
    await started.wait();
    await peer.kill();
    expect(await queue.get()).toMatch('first');
    await capped(queue.put('second', { timeout: 10_000 }), 'there is room', 10_000);
  });

  it('may carry locks and queues, which arrive as themselves [MP-094, API-6]', async () => {
    const [outer, inner, lock] = [new Queue(), new Queue(), new Lock()];
    await outer.put({ inner, lock });
    const received = (await outer.get()) as { inner: Queue; lock: Lock };
    await received.inner.put('through');
    expect(await inner.get()).toBe('through');
    await lock.acquire();
    expect(received.lock.locked()).toBe(true);
  });

  it('leaves no segment behind for items that were taken', async () => {
    const queue = new Queue<Buffer>();
    const count = (): number => readdirSync('/dev/shm').filter((file) => file.includes(`-${process.pid}-`)).length;
    const before = count();
    for (let i = 0; i < 20; i += 1) await queue.put(Buffer.alloc(100_000));
    expect(count()).toBe(before + 20);
    for (let i = 0; i < 20; i += 1) await queue.get();
    expect(count()).toBe(before);
  });

  it('tells subscribers of weft:queue of puts and gets', async () => {
    const events: string[] = [];
    const listen = (message: unknown): void => void events.push((message as { event: string }).event);
    subscribe('weft:queue', listen);
    const queue = new Queue();
    const getting = queue.get();
    await queue.put(1);
    await getting;
    unsubscribe('weft:queue', listen);
    expect(events.toSorted()).toEqual(['get', 'put', 'wait-begin', 'wait-end']);
    await queue.put(2);
    expect(events).toHaveLength(4);
  });

  it('tells them an id of the queue that all processes share', async () => {
    const ids: unknown[] = [];
    const listen = (message: unknown): void => void ids.push((message as { id: unknown }).id);
    const [one, other] = [new Queue<string>(), new Queue()];
    subscribe('weft:queue', listen);
    one.putNowait('item');
    other.putNowait('item');
    unsubscribe('weft:queue', listen);
    const [id, otherId] = ids;
    expect(otherId).not.toBe(id);
    expect(await newPeer().run(takeAndTellId, one)).toBe(id);
  });
});

describe('JoinableQueue', () => {
  it('joins when several processes are done with all items [MP-101]', async () => {
    const [queue, counter] = [new JoinableQueue(), new SharedValue('i', 0)];
    const workers = Array.from({ length: 4 }, () => newPeer().run(work, queue, counter));
    for (let i = 0; i < 10; i += 1) await queue.put(i);
    await queue.join();
    expect(counter.value).toBe(10);
    for (const _ of workers) await queue.put(null);
    await Promise.all(workers);
    queue.joinSync({ timeout: 1000 });
    expect(() => queue.taskDone()).toThrow(RangeError);
  });

  it('refuses taskDone on a fresh queue [MP-102]', () => {
    expect(() => new JoinableQueue().taskDone()).toThrow(RangeError);
  });
});

describe('SimpleQueue', () => {
  it('is not empty any more once a child put something [MP-114]', async () => {
    const queue = new SimpleQueue();
    expect(queue.empty()).toBe(true);
    await newPeer().run(putAll, queue, [true, false]);
    await until(() => !queue.empty(), 'something arrived');
    expect([await queue.get(), await queue.get()]).toEqual([true, false]);
    expect(queue.empty()).toBe(true);
  });

  it('refuses every use once it was closed, which may be repeated [MP-115, MP-116]', async () => {
    const queue = new SimpleQueue();
    queue.close();
    queue.close();
    expect(() => queue.empty()).toThrow('closed');
    await expect(queue.put(1)).rejects.toThrow('closed');
    await expect(queue.get()).rejects.toThrow('closed');
  });

  it('has neither a size nor join nor shutdown [QU-063]', () => {
    const queue = new SimpleQueue();
    for (const name of ['maxsize', 'taskDone', 'join', 'shutdown']) expect(name in queue).toBe(false);
  });
});
