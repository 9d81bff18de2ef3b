import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { BrokenThreadPoolError, InvalidStateError, QueueFullError, TimeoutError, toWire, transfer } from '@weft/core';
import { reportProgressTo } from '@weft/core/lowlevel';
import { PoolExecutor, Scheduler, type SchedulerOptions, checkPoolOptions } from '@weft/core/scheduler';
import { expect, it } from 'vitest';
import { FakeTransport } from './fixtures/fake-transport.ts';

const square = (x: number): number => x * x;
const fail = (): never => {
  throw new RangeError('failed');
};
const name = (text: string): string => text;
const collect = async (results: AsyncIterable<number>): Promise<number[]> => {
  const all: number[] = [];
  for await (const result of results) all.push(result);
  return all;
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makePool(options: Partial<SchedulerOptions> = {}): {
  executor: PoolExecutor;
  scheduler: Scheduler;
  fake: FakeTransport;
} {
  let fake: FakeTransport | undefined;
  const all: SchedulerOptions = {
    ...checkPoolOptions({}, { maxWorkers: 2, onWorkerDeath: 'break' }),
    name: 'fake',
    onWorkerDeath: 'replace',
    broken: (message, cause) => new BrokenThreadPoolError(message, cause),
    ...options,
  };
  const scheduler = new Scheduler(all, (events) => (fake = new FakeTransport(events, all)));
  return { executor: new PoolExecutor(scheduler), scheduler, fake: fake as never };
}

it('starts workers when there is work for them, and no more than allowed [FU-071]', () => {
  const { executor, fake } = makePool();
  expect(fake.started).toEqual([]);
  for (let i = 0; i < 30; i += 1) executor.submit(square, i);
  expect(fake.started).toEqual([0, 1]);
});

it('has no worker more when one could not be started, and throws only if there is none', async () => {
  const { executor, fake } = makePool();
  fake.refusal = new RangeError('no more threads');
  expect(() => executor.submit(square, 1)).toThrow('no more threads');
  expect(executor.stats()).toMatchObject({ workers: 0, queued: 0 });
  fake.refusal = undefined;
  const first = executor.submit(square, 2);
  fake.refusal = new RangeError('no more threads');
  const second = executor.submit(square, 3);
  expect(executor.stats().workers).toBe(1);
  fake.exit();
  await settle();
  for (const future of [first, second])
    expect(await future.exception()).toMatchObject({ message: expect.stringContaining('could not be started') });
  await executor.shutdown();
});

it('uses an idle worker again [FU-101]', async () => {
  const { executor, fake } = makePool();
  for (let i = 0; i < 3; i += 1) {
    const future = executor.submit(square, i);
    if (i === 0) fake.ready();
    fake.runAll();
    expect(await future).toBe(i * i);
  }
  expect(fake.started).toEqual([0]);
});

it('keeps what the transport has no room for, in order', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  fake.room = 1;
  const order: string[] = [];
  const futures = ['a', 'b', 'c'].map((text) => executor.submit(name, text).then((done) => order.push(done)));
  expect(fake.waiting.length).toBe(1);
  fake.ready();
  fake.runAll();
  await Promise.all(futures);
  expect(order).toEqual(['a', 'b', 'c']);
  expect(executor.stats()).toMatchObject({ queued: 0, busy: 0, done: 3, failed: 0, workers: 1 });
});

it('cancels what no worker has started, wherever it is [FU-118]', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  fake.room = 2;
  const futures = ['a', 'b', 'c', 'd'].map((text) => executor.submit(name, text));
  fake.ready();
  fake.begin();
  expect(futures.map((future) => future.cancel())).toEqual([false, true, true, true]);
  fake.finish();
  expect(await futures[0]).toBe('a');
  expect(fake.waiting).toEqual([]);
  expect(executor.stats().queued).toBe(0);
});

it('gives tasks of a higher priority first, though others were handed over before', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  const order: string[] = [];
  const submit = (text: string, priority: number): unknown =>
    executor
      .with({ priority })
      .submit(name, text)
      .addDoneCallback(() => order.push(text));
  submit('running', 0);
  fake.ready();
  fake.begin();
  submit('a', 0);
  submit('b', 0);
  submit('low', -1);
  submit('high', 5);
  submit('c', 0);
  fake.finish();
  fake.runAll();
  expect(order).toEqual(['running', 'high', 'a', 'b', 'c', 'low']);
});

it('prints a view with the executor that it is a view on', () => {
  class FakeExecutor extends PoolExecutor {}
  const { scheduler } = makePool();
  const view = new FakeExecutor(scheduler).with({ priority: 1 }).with({ timeout: 5 });
  expect(inspect(view)).toBe('FakeExecutor { 0 workers, 0 busy, 0 queued }.with({ priority: 1, timeout: 5 })');
});

it('keeps the place of whoever waited for room while what it submits is refused', async () => {
  const { executor, scheduler, fake } = makePool({ maxWorkers: 1, maxQueueSize: 0 });
  executor.submit(square, 1);
  fake.ready();
  fake.begin();
  const room = executor.room();
  fake.finish();
  await room;
  fake.unprepared = new TypeError('cannot cross');
  expect(() => executor.submit(square, 2)).toThrow('cannot cross');
  fake.unprepared = undefined;
  // Another one has to wait, as the place is taken.
  const second = scheduler.room({ timeout: 0 });
  executor.submit(square, 3);
  await expect(second).rejects.toThrow(TimeoutError);
});

it('prints that it was shut down, or is broken', async () => {
  const { executor, fake } = makePool({ onWorkerDeath: 'break' });
  executor.submit(square, 1);
  expect(inspect(executor)).toBe('PoolExecutor { 1 workers, 0 busy, 1 queued }');
  const down = executor.shutdown();
  expect(inspect(executor)).toBe('PoolExecutor { 1 workers, 0 busy, 1 queued, shut down }');
  fake.exit(0, 'exited with code 3');
  await down;
  expect(inspect(executor)).toBe('PoolExecutor { 0 workers, 0 busy, 0 queued, broken }');
  expect(inspect(executor.with({ priority: 1 }))).toMatch(/, broken \}\.with\(\{ priority: 1 \}\)$/);
});

it('moves of what a view lists only what stands in the arguments of the task, or all where that cannot be known', () => {
  const { executor, fake } = makePool();
  const [first, second] = [new ArrayBuffer(8), new ArrayBuffer(8)];
  const both = executor.with({ transfer: [first, second] });
  class Holder {
    readonly parts: unknown[] = [second];
    readonly #secret = 1;
    tell(): number {
      return this.#secret;
    }
  }
  const circle: unknown[] = [new Uint8Array(first)];
  circle.push(circle);
  const wirable = { [toWire]: (): object => first };
  const rude = {
    get unreadable(): never {
      throw new Error('not today');
    },
  };
  const sparse: unknown[] = [];
  sparse[2 ** 21] = second;
  for (const argument of [1, first, circle, { deep: new Map([[1, new DataView(second)]]) }, new Set([second, first])])
    both.submit(name as never, argument as never);
  for (const argument of [transfer(first, []), new Holder(), sparse, new Error('x', { cause: second }), wirable, rude])
    both.submit(name as never, argument as never);
  executor.submit(name, 'nothing listed');
  const all = [first, second];
  expect(fake.moved.map((moved) => moved.map((one) => all.indexOf(one as ArrayBuffer)))).toEqual([
    ...[[], [0], [0], [1], [0, 1]],
    ...[[0], [1], [1], [1], [0, 1], [0, 1]],
    [],
  ]);
});

it('refuses to move what is no buffer, by its place', () => {
  const { executor } = makePool();
  const moving = (...transfer: unknown[]) => executor.with({ transfer: transfer as ArrayBuffer[] });
  expect(() => moving(new ArrayBuffer(8), 5)).toThrow('Cannot use transfer[1] = 5: only buffers can be transferred');
  expect(() => moving(new Uint8Array(1))).toThrow('transfer[0] = Uint8Array(1) [ 0 ]: a view cannot be transferred');
});

it('refuses what goes beyond the bound of its queue, and lets those wait who want to', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, maxQueueSize: 2 });
  for (let i = 0; i < 3; i += 1) executor.submit(square, i);
  expect(() => executor.submit(square, 9)).toThrow(QueueFullError);
  await expect(executor.room({ timeout: 0 })).rejects.toThrow(TimeoutError);
  let open = false;
  const room = executor.room().then(() => (open = true));
  await settle();
  expect(open).toBe(false);
  fake.ready();
  fake.begin();
  fake.finish();
  await room;
  executor.submit(square, 3);
});

it('sends those away who wait for room when it is shut down', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, maxQueueSize: 1 });
  for (let i = 0; i < 2; i += 1) executor.submit(square, i);
  const room = expect(executor.room()).rejects.toThrow('Cannot submit a task: the executor was shut down');
  const end = executor.shutdown();
  await room;
  fake.ready();
  fake.runAll();
  fake.exit();
  await end;
});

it('maps also where others have filled its queue, once there is room', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, maxQueueSize: 1 });
  const others = [executor.submit(square, 8), executor.submit(square, 9)];
  const late = executor.map(square, [1], { timeout: 1 });
  await expect(late.next()).rejects.toThrow('Cannot get every result within 1 ms');
  const maps = [executor.map(square, [1, 2, 3]), executor.map(square, [4, 5, 6])];
  const results = Promise.all(maps.map(collect));
  fake.ready();
  let done = false;
  void results.then(() => (done = true));
  for (let turns = 0; turns < 100 && !done; turns += 1) {
    fake.runAll();
    await settle();
  }
  expect([done, await Promise.all(others)]).toEqual([true, [64, 81]]);
  expect(await results).toEqual([
    [1, 4, 9],
    [16, 25, 36],
  ]);
});

it('drops a queued task whose time is over', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  fake.room = 1;
  const first = executor.submit(square, 1);
  const late = [executor.with({ timeout: 5 }).submit(square, 2), executor.with({ timeout: 10 }).submit(square, 3)];
  for (const future of late) await expect(future.result()).rejects.toThrow(TimeoutError);
  fake.ready();
  fake.runAll();
  expect(await first).toBe(1);
  expect(executor.stats()).toMatchObject({ queued: 0, done: 1 });
  expect(fake.killed).toEqual([]);
});

it('lets one in for each place, and gives places that nobody takes to others', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, maxQueueSize: 1 });
  const futures: unknown[] = [];
  const produce = async (): Promise<void> => {
    for (let i = 0; i < 5; i += 1) {
      await executor.room();
      futures.push(executor.submit(square, i));
    }
  };
  const wait = async (): Promise<void> => {
    for (let i = 0; i < 5; i += 1) await executor.room();
  };
  const all = Promise.all([produce(), produce(), wait(), produce()]);
  await settle();
  fake.ready();
  for (let turns = 0; turns < 100 && futures.length < 15; turns += 1) {
    await settle();
    fake.runAll();
  }
  await all;
  expect(futures.length).toBe(15);
});

it('drops a queued task whose signal aborts', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  const controller = new AbortController();
  const dropped = executor.with({ signal: controller.signal }).submit(square, 2);
  controller.abort(new Error('not needed'));
  await expect(dropped.result()).rejects.toThrow('not needed');
  expect(fake.waiting).toEqual([]);
  await expect(executor.with({ signal: controller.signal }).submit(square, 2).result()).rejects.toThrow('not needed');
});

it('asks a running task to stop, and ends its worker if it does not', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, graceTime: 5 });
  const controller = new AbortController();
  const stuck = executor.with({ signal: controller.signal }).submit(square, 2);
  const next = executor.submit(square, 3);
  fake.ready();
  fake.begin();
  controller.abort(new Error('enough'));
  await expect(stuck.result()).rejects.toThrow('enough');
  expect(fake.interrupted).toEqual([controller.signal.reason]);
  await expect.poll(() => fake.killed, { timeout: 20_000 }).toEqual([0]);
  await settle();
  expect(fake.started).toEqual([0, 0]);
  fake.ready();
  fake.runAll();
  expect(await next).toBe(9);
});

it('keeps the worker of a task whose time is over, if it ends in its grace time', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, graceTime: Infinity });
  const late = executor.with({ timeout: 5 }).submit(square, 2);
  fake.ready();
  fake.begin();
  await expect(late.result()).rejects.toThrow(TimeoutError);
  fake.finish();
  await settle();
  expect(fake.killed).toEqual([]);
  expect(executor.stats()).toMatchObject({ queued: 0 });
});

it('fails what ran on a worker that died, and replaces it', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  const lost = executor.submit(square, 2);
  const kept = executor.submit(square, 3);
  fake.ready();
  fake.begin();
  fake.exit(0, 'exited with code 3');
  await expect(lost.result()).rejects.toThrow(/exited with code 3/);
  await expect(lost.result()).rejects.toThrow(BrokenThreadPoolError);
  expect(fake.started).toEqual([0, 0]);
  fake.ready();
  fake.runAll();
  expect(await kept).toBe(9);
});

it('is broken by a worker that died, if it is told so [FU-096, FU-097]', async () => {
  const { executor, fake } = makePool({ onWorkerDeath: 'break' });
  const futures = [2, 3, 4].map((x) => executor.submit(square, x));
  fake.ready();
  fake.begin();
  fake.exit(0, 'was killed by SIGKILL');
  const errors = await Promise.all(futures.map((future) => future.exception()));
  for (const error of errors) expect(error).toBeInstanceOf(BrokenThreadPoolError);
  expect(new Set(errors).size).toBe(3);
  expect(() => executor.submit(square, 1)).toThrow(BrokenThreadPoolError);
  await executor.shutdown();
  expect(fake.closed).toBe(true);
});

it('is broken when a worker cannot start or be initialised [FU-076, FU-110, FU-117]', async () => {
  const { executor, fake } = makePool();
  const future = executor.submit(square, 2);
  fake.exit(0, 'could not be initialised', true);
  await expect(future.result()).rejects.toThrow(/could not be initialised/);
  expect(() => executor.submit(square, 1)).toThrow(BrokenThreadPoolError);
});

it('replaces workers that are through with their tasks while there is work [FU-102, FU-105]', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1, maxTasksPerWorker: 2 });
  const futures = [1, 2, 3, 4, 5].map((x) => executor.submit(square, x));
  const down = executor.shutdown();
  while (!futures.every((future) => future.done())) {
    fake.ready();
    fake.begin();
    fake.finish();
    if (fake.waiting.length > 0) {
      fake.begin();
      fake.finish();
    }
    await settle();
  }
  expect(fake.started).toEqual([0, 0, 0]);
  await down;
  expect(await Promise.all(futures)).toEqual([1, 4, 9, 16, 25]);
});

it('waits for its tasks and workers when it is shut down, or comes back at once [FU-084, FU-088]', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  const future = executor.submit(square, 2);
  fake.ready();
  await executor.shutdown({ wait: false });
  expect(() => executor.submit(square, 1)).toThrow(InvalidStateError);
  let down = false;
  const waiting = executor.shutdown().then(() => (down = true));
  await settle();
  expect([down, future.done(), fake.stopped]).toEqual([false, false, []]);
  fake.runAll();
  await waiting;
  expect([fake.stopped, fake.closed, await future]).toEqual([[0], true, 4]);
  await executor.shutdown();
});

it('cancels what has not started when it is told to [FU-085]', async () => {
  const { executor, fake } = makePool({ maxWorkers: 1 });
  fake.room = 2;
  const futures = [1, 2, 3, 4, 5].map((x) => executor.submit(square, x));
  fake.ready();
  fake.begin();
  const down = executor.shutdown({ cancelFutures: true });
  expect(futures.map((future) => future.cancelled())).toEqual([false, true, true, true, true]);
  fake.finish();
  await down;
  expect(await futures[0]).toBe(1);
});

it('runs what is broadcast once in each worker', async () => {
  const { executor, fake } = makePool();
  executor.submit(square, 1);
  executor.submit(square, 2);
  const all = executor.broadcast(square, 3);
  for (const seat of [0, 1]) fake.ready(seat);
  for (const step of ['begin', 'begin', 'finish', 'finish'] as const) for (const seat of [0, 1]) fake[step](seat);
  expect(await all).toEqual([9, 9]);
});

it('leaves out of a broadcast who left before, and fails one whose worker died', async () => {
  const { executor, fake } = makePool({ maxTasksPerWorker: 1 });
  const tasks = [executor.submit(square, 1), executor.submit(square, 2)];
  for (const seat of [0, 1]) fake.ready(seat);
  for (const seat of [0, 1]) fake.begin(seat);
  const all = executor.broadcast(square, 3);
  fake.finish(0);
  await settle();
  fake.finish(1);
  expect(await all).toEqual([]);
  expect(await Promise.all(tasks)).toEqual([1, 4]);
  void executor.submit(square, 1);
  const failing = executor.broadcast(square, 3);
  fake.exit(0, 'fell over');
  await expect(failing).rejects.toThrow('fell over');
});

it('refuses to broadcast what cannot cross, though there is no worker', () => {
  const { executor, fake } = makePool();
  fake.prepare = () => {
    throw new TypeError('cannot cross');
  };
  expect(() => executor.broadcast(square, 3)).toThrow('cannot cross');
});

it('counts, and counts again from 0', async () => {
  const { executor, fake, scheduler } = makePool();
  const failing = executor.submit(fail);
  executor.submit(square, 1);
  fake.ready();
  fake.begin();
  scheduler.measured(0, 2, 10);
  fake.finish();
  expect(executor.stats()).toMatchObject({ done: 1, failed: 1, queued: 1, workers: 2 });
  expect(executor.stats().runTime.p50).toBeGreaterThanOrEqual(9.7);
  expect(executor.stats().runTime.max).toBe(10);
  executor.resetStats();
  expect(executor.stats()).toMatchObject({ done: 0, failed: 0, queued: 1 });
  expect(executor.stats().runTime).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
  expect(await failing.exception()).toBeInstanceOf(RangeError);
});

it('passes on what a task reports', () => {
  const { executor } = makePool();
  const future = executor.submit(square, 1);
  const seen: unknown[] = [];
  future.addProgressCallback((value) => seen.push(value));
  reportProgressTo(future, 0.5);
  expect(seen).toEqual([0.5]);
});

it('tells a diagnostics channel what becomes of tasks', () => {
  const seen: unknown[] = [];
  const listen = (event: unknown): void => {
    seen.push(event);
  };
  channel('weft:task').subscribe(listen);
  try {
    const { executor, fake } = makePool();
    executor.submit(square, 1);
    executor.submit(square, 1).cancel();
    fake.ready();
    fake.runAll();
  } finally {
    channel('weft:task').unsubscribe(listen);
  }
  const mine = { pool: 'fake', target: 'square' };
  expect(seen).toEqual([
    { ...mine, type: 'submit', task: 0, worker: undefined, outcome: undefined },
    { ...mine, type: 'submit', task: 1, worker: undefined, outcome: undefined },
    { ...mine, type: 'end', task: 1, worker: undefined, outcome: 'cancelled' },
    { ...mine, type: 'start', task: 0, worker: 0, outcome: undefined },
    { ...mine, type: 'end', task: 0, worker: 0, outcome: 'returned' },
  ]);
});

it('ends everything at once when it is terminated', async () => {
  const { executor, fake, scheduler } = makePool();
  const futures = [1, 2, 3].map((x) => executor.submit(square, x));
  fake.ready();
  fake.begin();
  scheduler.terminate('its workers were terminated');
  for (const future of futures) await expect(future.result()).rejects.toThrow(/were terminated/);
  await executor.shutdown();
  expect(fake.killed).toEqual([0, 1]);
});
