import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  Barrier,
  InvalidStateError,
  Lock,
  Local,
  PriorityQueue,
  Queue,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  SimpleQueue,
  Thread,
  ThreadPoolExecutor,
  Timer,
} from '@weft/threading';
import { flush, leakCheck, runScript, until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import { collectGarbage, collectThere } from './collect-garbage.ts';
import {
  Letters,
  Notes,
  Session,
  answerThere,
  byLength,
  classOf,
  countRounds,
  echo,
  makeValue,
  pass,
  putLocal,
  putWords,
  takeAndTellId,
  tick,
  useLocal,
  useLocks,
  valueHere,
} from './fixtures/work.ts';

leakCheck();

/** A queue of 3, 1 and 2 whose comparison throws when the state says so. */
function breakable(state: { broken: boolean }): PriorityQueue<number> {
  const compare = (a: number, b: number): number => {
    if (state.broken) throw new Error('broken');
    return a - b;
  };
  const queue = new PriorityQueue<number>(0, { compare });
  for (const item of [3, 1, 2]) queue.putNowait(item);
  return queue;
}

describe('items between threads', () => {
  it.each([Letters, Notes])(
    'stay in the queue they were put into, also where its class makes another one: %o',
    async (type) => {
      const queue = new type();
      queue.putNowait('a letter, longer than what stands in its place in the table of the items: '.repeat(3));
      await new Thread({ target: answerThere, args: [queue] }).start().join();
      expect(queue.getNowait()).toMatch(/^to a letter/);
    },
  );

  it('are equal to what was put, whatever it was [QU-022, QU-052, QU-067]', async () => {
    const [there, back] = [new Queue<unknown>(), new Queue<unknown>(2)];
    const thread = new Thread({ target: echo, args: [there, back] }).start();
    const big = new Uint8Array(16 * 1024 * 1024).map((_, index) => index * 7);
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const items = [
      0,
      -0,
      Number.NaN,
      2 ** 53,
      10n,
      '',
      'ä€😀'.repeat(100),
      null,
      undefined,
      true,
      new Date(5),
      /x/g,
      new Map([[1, new Set([2])]]),
      [1, , 3],
      Buffer.from('abc'),
      new Float64Array([1, 2]),
      cyclic,
      'x'.repeat(3_000_000),
    ];
    for (const item of items) {
      await there.put(item);
      expect(await back.get()).toEqual(item);
    }
    await there.put(big);
    expect(Buffer.compare((await back.get()) as Uint8Array, big)).toBe(0);
    const error = new QueueEmptyError('custom');
    await there.put(error);
    expect(await back.get()).toBeInstanceOf(QueueEmptyError);
    there.shutdown();
    await thread.join();
    expect(back.isShutdown).toBe(true);
  });

  it('may be locks and queues, which stay the same, also for a thread that starts later [API-6]', async () => {
    const [locks, results] = [new Queue<Lock>(), new SimpleQueue<unknown>()];
    const [free, held] = [new Lock(), new Lock()];
    await held.acquire();
    await locks.put(free);
    await locks.put(held);
    const thread = new Thread({ target: useLocks, args: [locks, results, 2] }).start();
    await thread.join();
    expect([results.getNowait(), results.getNowait()]).toEqual([
      [true, false],
      [true, true],
    ]);
    // The thread ended with the one that it had taken.
    expect([free.tryAcquire()?.abandoned, held.locked()]).toEqual([true, false]);
  });

  it('are the same objects in the thread that put them, but for those that others took', () => {
    const queue = new Queue<object>();
    const objects = Array.from({ length: 1_000 }, (_, index) => ({ index }));
    for (const object of objects) queue.putNowait(object);
    for (const object of objects) expect(queue.getNowait()).toBe(object);
  });

  it('keep what they are while they wait for a place', async () => {
    const [there, back] = [new Queue<unknown>(1), new Queue<unknown>()];
    const items = Array.from({ length: 60 }, (_, index) => ({ index, text: 't'.repeat(index) }));
    there.putNowait('first');
    const puts = items.map((item) => there.put(item));
    expect(() => there.putNowait({ index: -1 })).toThrow(QueueFullError);
    const thread = new Thread({ target: echo, args: [there, back] }).start();
    await Promise.all(puts);
    there.shutdown();
    await thread.join();
    expect(back.getNowait()).toBe('first');
    for (const item of items) expect(back.getNowait()).toEqual(item);
  });

  it('keep no shared memory alive that was taken back, refused or thrown away', async () => {
    const ways: ((queue: Queue<unknown>, item: object) => void)[] = [
      (queue, item) => {
        queue.putNowait(item);
        queue.getNowait();
      },
      (queue, item) => {
        queue.putNowait('in the way');
        expect(() => queue.putNowait(item)).toThrow(QueueFullError);
      },
      (queue, item) => {
        queue.putNowait(item);
        queue.shutdown({ immediate: true });
      },
    ];
    const queues = ways.map(() => new Queue<unknown>(1));
    const buffers = ways.map((way, index) => {
      const buffer = new SharedArrayBuffer(8);
      way(queues[index] as Queue<unknown>, { buffer });
      return new WeakRef(buffer);
    });
    await until(() => {
      collectGarbage();
      return buffers.every((buffer) => buffer.deref() === undefined);
    }, 'the memory is gone');
    expect(queues).toHaveLength(3);
  });

  it('are published when they are put and taken', () => {
    const seen: unknown[] = [];
    const listen = (message: unknown): void => void seen.push(message);
    const queue = new Queue<number>();
    subscribe('weft:queue', listen);
    queue.putNowait(1);
    queue.getNowait();
    unsubscribe('weft:queue', listen);
    expect(seen).toMatchObject([
      { event: 'put', size: 1 },
      { event: 'get', size: 0 },
    ]);
  });

  it('are published under one id of their queue in all threads, and another one of each queue', async () => {
    const seen: { event: string; id: number }[] = [];
    const listen = (message: unknown): void => void seen.push(message as { event: string; id: number });
    const [queue, ids, other] = [new Queue<number>(), new Queue<number>(), new SimpleQueue<number>()];
    subscribe('weft:queue', listen);
    queue.putNowait(1);
    other.putNowait(1);
    unsubscribe('weft:queue', listen);
    await new Thread({ target: takeAndTellId, args: [queue, ids] }).start().join();
    expect(await ids.get()).toBe(seen[0]?.id);
    expect(seen[1]?.id).not.toBe(seen[0]?.id);
  });

  it('leave nothing open behind [QU-016, QU-069]', async () => {
    const { stdout, exitCode } = await runScript(`
      import { Queue } from '@weft/threading';
      const queue = new Queue();
      for (let item = 0; item < 100_000; item += 1) queue.putNowait(item % 2 ? item : 'text ' + item);
      console.log(queue.qsize(), queue.full());
      for (let item = 0; item < 100_000; item += 1) queue.getNowait();
      console.log(queue.empty());
    `);
    expect([stdout, exitCode]).toEqual(['100000 false\ntrue\n', 0]);
  });

  it('are waited for by a process that has nothing else to do, and not by one that waits no more', async () => {
    const { stdout, exitCode } = await runScript(`
      import { Queue, Thread, isMain } from '@weft/threading';
      export function later(queue) { queue.putSync('item'); }
      if (isMain(import.meta)) {
        const queue = new Queue();
        queue.get({ timeout: 5 }).catch((error) => console.log(error.name));
        setTimeout(() => new Thread({ target: later, args: [queue], daemon: true }).start(), 50);
        console.log(await queue.get());
      }
    `);
    expect([stdout, exitCode]).toEqual(['QueueEmptyError\nitem\n', 0]);
  });
});

describe('a priority queue', () => {
  it('keeps its order in every thread, by a comparison that crosses [QU-003]', async () => {
    const queue = new PriorityQueue<string>(0, { compare: byLength });
    const results = new SimpleQueue<string>();
    queue.putNowait('four');
    await new Thread({ target: putWords, args: [queue, ['longest', 'a', 'three'], results] }).start().join();
    expect(results.getNowait()).toBe('a');
    expect([queue.getNowait(), queue.getNowait(), queue.getNowait()]).toEqual(['four', 'three', 'longest']);
  });

  it('keeps the order of arrival among equals where items say it [QU-019]', () => {
    const queue = new PriorityQueue<[priority: number, order: number]>();
    for (const [order, priority] of [2, 1, 2, 1].entries()) queue.putNowait([priority, order]);
    expect(Array.from({ length: 4 }, () => queue.getNowait()[1])).toEqual([1, 3, 0, 2]);
  });

  it('refuses items that have no order, and keeps the others [QU-018]', () => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait([1, {}]);
    expect(() => queue.putNowait([1, {}])).toThrow(TypeError);
    expect(() => queue.putNowait('text')).toThrow(/Cannot compare/);
    queue.putNowait([0, {}]);
    expect([queue.qsize(), queue.unfinishedTasks]).toEqual([2, 2]);
    expect(queue.getNowait()).toEqual([0, {}]);
    expect(queue.getNowait()).toEqual([1, {}]);
  });

  it('gives the item back that a comparison fails on when it is taken [QU-050]', () => {
    const state = { broken: false };
    const queue = breakable(state);
    state.broken = true;
    expect(() => queue.getNowait()).toThrow('broken');
    state.broken = false;
    expect([queue.getNowait(), queue.getNowait(), queue.getNowait()]).toEqual([1, 2, 3]);
  });

  it('throws its items away without a comparison when it is shut down', () => {
    const state = { broken: false };
    const queue = breakable(state);
    state.broken = true;
    queue.shutdown({ immediate: true });
    expect([queue.qsize(), queue.unfinishedTasks, queue.isShutdown]).toEqual([0, 0, true]);
    expect(() => queue.getNowait()).toThrow(QueueShutDownError);
  });

  it('keeps what it takes where the comparison puts something else somewhere else', () => {
    const others = new Queue<object>();
    const queue = new PriorityQueue<{ rank: number }>(0, {
      compare: (a, b) => {
        others.putNowait({ other: 'item', of: [a.rank, b.rank] });
        return a.rank - b.rank;
      },
    });
    for (const rank of [3, 1, 2, 5, 4]) queue.putNowait({ rank });
    expect(others.qsize()).toBeGreaterThan(3);
    const copies = Array.from({ length: others.qsize() }, () => structuredClone(others.getNowait()));
    expect(copies.every((copy) => Reflect.get(copy, 'other') === 'item')).toBe(true);
    // Compared is what the queue's memory says.
    expect([1, 2, 3, 4, 5].map(() => queue.getNowait().rank)).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a comparison that is no function, and a size that is no number', () => {
    expect(() => new PriorityQueue(0, { compare: 5 as never })).toThrow(TypeError);
    const queue = new PriorityQueue<number>(3);
    expect(() => (queue.maxsize = Number.NaN)).toThrow(TypeError);
    expect(queue.maxsize).toBe(3);
  });

  it('refuses an item where the comparison returns no number', () => {
    for (const compare of [async () => Promise.resolve(1), (a: number, b: number) => a > b, () => {}]) {
      const queue = new PriorityQueue<number>(0, { compare: compare as never });
      queue.putNowait(1);
      expect(() => queue.putNowait(2)).toThrow(/^Cannot order items: the comparison returned .*, which is no number$/);
      expect([queue.getNowait(), queue.qsize(), queue.unfinishedTasks]).toEqual([1, 0, 1]);
    }
  });

  it('refuses to be used by its own comparison', () => {
    const queue: PriorityQueue<number> = new PriorityQueue(0, { compare: () => queue.qsize() && queue.getNowait() });
    queue.putNowait(1);
    expect(() => queue.putNowait(2)).toThrow(InvalidStateError);
    expect(queue.getNowait()).toBe(1);
  });

  it('sorts many items', () => {
    const queue = new PriorityQueue<number>();
    const items = Array.from({ length: 2_000 }, (_, index) => (index * 7_919) % 2_003);
    for (const item of items) queue.putNowait(item);
    expect(items.map(() => queue.getNowait())).toEqual(items.toSorted((a, b) => a - b));
  });
});

describe('a barrier between threads', () => {
  it('lets blocking and awaiting parties pass together, with an action that crosses [TH-078, TH-080]', async () => {
    const barrier = new Barrier(3, { action: countRounds });
    const results = new SimpleQueue<number>();
    const threads = [1, 2].map(() => new Thread({ target: pass, args: [barrier, 20, results] }).start());
    let sum = 0;
    for (let round = 0; round < 20; round += 1) sum += await barrier.wait();
    await Promise.all(threads.map((thread) => thread.join()));
    while (!results.empty()) sum += results.getNowait();
    expect(sum).toBe(20 * 3);
  });
});

describe('Local', () => {
  it('is one object in a thread also where it came before, and nobody had used it', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const queue = new SimpleQueue<Local<{ made: number }>>();
    await pool.submit(putLocal, queue, 3);
    await flush();
    expect(queue.getNowait()).toBeInstanceOf(Local);
    await flush();
    // The next one comes between the end of the first and what is told of that.
    collectGarbage();
    const local = queue.getNowait();
    local.value.made = 42;
    await flush();
    expect(queue.getNowait().value.made).toBe(42);
  });

  it('has a value for each thread, made when it is first asked for [TH-162]', async () => {
    const [local, results] = [new Local(makeValue), new SimpleQueue<unknown>()];
    expect(local.value).toBe(local.value);
    for (const _ of [1, 2]) await new Thread({ target: useLocal, args: [local, local, results] }).start().join();
    expect([results.getNowait(), results.getNowait()]).toEqual([
      [{ made: 1, mine: 'changed' }, true],
      [{ made: 1, mine: 'changed' }, true],
    ]);
    expect(local.value).not.toHaveProperty('mine');
  });

  it('keeps the value of a thread from one task to the next', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const local = new Local(makeValue);
    const seen: number[] = [];
    for (const _ of [1, 2, 3]) {
      seen.push(await pool.submit(valueHere, local));
      await pool.submit(collectThere);
    }
    expect(seen).toEqual([1, 1, 1]);
  });

  it('arrives as itself, also where its class makes another one before', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const session = new Session();
    const seen: unknown[] = [];
    for (const _ of [1, 2]) seen.push(await pool.submit(classOf, session), await pool.submit(valueHere, session));
    expect(seen).toEqual(['Session', 1, 'Session', 1]);
  });

  it('goes with its value if it has crossed to no thread', async () => {
    const value = new WeakRef(new Local(makeValue).value);
    await until(() => {
      collectGarbage();
      return value.deref() === undefined;
    }, 'the value is collected');
  });

  it('has an empty object where it is told nothing, and takes functions only [TH-163]', () => {
    expect(new Local().value).toEqual({});
    expect(() => new Local(1 as never)).toThrow(TypeError);
  });
});

describe('Timer', () => {
  it('calls the function once, after its interval, in a thread of its own [TH-157, TH-160]', async () => {
    const results = new SimpleQueue<number>();
    const start = Number(process.hrtime.bigint()) / 1e6;
    const timer = new Timer(120, tick, { args: [results, []], name: 'ticker' });
    expect([timer.name, timer.isAlive()]).toEqual(['ticker', false]);
    timer.start();
    expect(timer.isAlive()).toBe(true);
    await timer.join();
    expect(results.qsize()).toBe(1);
    expect(results.getNowait() - start).toBeGreaterThanOrEqual(119);
    timer.cancel();
  });

  it('does not call it once it is cancelled, and ends at once [TH-158]', async () => {
    const results = new SimpleQueue<number>();
    const timer = new Timer(60_000, tick, { args: [results, []] });
    timer.start();
    timer.cancel();
    await timer.join();
    expect(results.empty()).toBe(true);
  });

  it('has arguments of its own [TH-159]', async () => {
    const results = new SimpleQueue<number>();
    const shared: number[] = [];
    const timers = [1, 2].map(() => new Timer(0, tick, { args: [results, shared] }).start());
    await Promise.all(timers.map((timer) => timer.join()));
    expect(shared).toEqual([]);
    await until(() => results.qsize() === 2, 'both have run', 60_000);
  });

  it('keeps the process alive until it has run [TH-160]', async () => {
    const { stdout } = await runScript(`
      import { Timer, isMain } from '@weft/threading';
      export function ring() { console.log('rang'); }
      if (isMain(import.meta)) new Timer(80, ring).start();
    `);
    expect(stdout).toBe('rang\n');
  });

  it('refuses an interval that is no duration', () => {
    expect(() => new Timer(-1, tick)).toThrow(RangeError);
  });
});
