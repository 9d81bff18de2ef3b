import type { Effect } from 'effect/Effect';
import { type BenchCase, check } from '../bench-case.ts';
import { python } from '../python.ts';
import { timed } from '../timed.ts';
import { work } from './work.ts';

const TASKS = { toy: 500, quick: 10_000, full: 100_000 };

/** Tasks: made, awaited, gathered, grouped, cancelled. */
export const spawning: BenchCase[] = [
  {
    area: 'async',
    name: 'create and await a task, 100,000 times',
    unit: 'ms',
    better: 'lower',
    amounts: TASKS,
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { createTask, run } = await import('@weft/async');
        await run(async () => {
          for (let i = 0; i < n; i += 1) check(await createTask(() => work(i)), i, 'a task');
        });
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect, Fiber } = await import('effect');
        await Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < n; i += 1)
              check(yield* Fiber.join(yield* Effect.forkChild(Effect.sync(() => i))), i, 'a fiber');
          }),
        );
      }),
      timed('effect, of promises', 'peer', 'effect', async (n) => {
        const { Effect, Fiber } = await import('effect');
        await Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < n; i += 1)
              check(yield* Fiber.join(yield* Effect.forkChild(Effect.promise(() => work(i)))), i, 'a fiber');
          }),
        );
      }),
      timed('effection', 'peer', 'effection', async (n) => {
        const { run, spawn } = await import('effection');
        await run(function* () {
          for (let i = 0; i < n; i += 1) {
            const task = yield* spawn(function* () {
              return i;
            });
            check(yield* task, i, 'a task');
          }
        });
      }),
      timed('a bare async function', 'floor', undefined, async (n) => {
        for (let i = 0; i < n; i += 1) check(await work(i), i, 'a promise');
      }),
      python('Python asyncio', 'asyncio_create'),
    ],
  },
  {
    area: 'async',
    name: 'create 100,000 tasks, then await each',
    unit: 'ms',
    better: 'lower',
    amounts: TASKS,
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { createTask, run } = await import('@weft/async');
        await run(async () => {
          const tasks = Array.from({ length: n }, (_, i) => createTask(() => work(i)));
          for (let i = 0; i < n; i += 1) check(await tasks[i], i, 'a task');
        });
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await forkAndJoin(n, (i) => Effect.sync(() => i));
      }),
      timed('effect, of promises', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await forkAndJoin(n, (i) => Effect.promise(() => work(i)));
      }),
      timed('bare async functions', 'floor', undefined, async (n) => {
        const promises = Array.from({ length: n }, (_, i) => work(i));
        for (let i = 0; i < n; i += 1) check(await promises[i], i, 'a promise');
      }),
      python('Python asyncio', 'asyncio_create_all'),
    ],
  },
  {
    area: 'async',
    name: 'gather of 100,000',
    unit: 'ms',
    better: 'lower',
    amounts: TASKS,
    note: 'Effect calls effects that wait for nothing one after another, as a loop would: ours, which start async functions, compare with its effects of promises and with those that give up their turn.',
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { gather, run } = await import('@weft/async');
        const results = await run(() => gather(Array.from({ length: n }, (_, i) => () => work(i))));
        check(results.at(-1), n - 1, 'gather');
      }),
      timed('effect, of promises', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await runAll(n, (i) => Effect.promise(() => work(i)));
      }),
      timed('effect, giving up their turn', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await runAll(n, (i) => Effect.as(Effect.yieldNow, i));
      }),
      timed('effect, waiting for nothing', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await runAll(n, (i) => Effect.sync(() => i));
      }),
      timed('Promise.all', 'floor', undefined, async (n) => {
        check((await Promise.all(Array.from({ length: n }, (_, i) => work(i)))).at(-1), n - 1, 'Promise.all');
      }),
      python('Python asyncio', 'asyncio_gather'),
    ],
  },
  {
    area: 'async',
    name: 'a TaskGroup of 100,000',
    unit: 'ms',
    better: 'lower',
    amounts: TASKS,
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { TaskGroup, run } = await import('@weft/async');
        let sum = 0;
        await run(() =>
          TaskGroup.run(async (group) => {
            for (let i = 0; i < n; i += 1) {
              group.createTask(async () => {
                const one = await work(1);
                sum += one;
              });
            }
          }),
        );
        check(sum, n, 'a group');
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect, Fiber } = await import('effect');
        let sum = 0;
        const one = Effect.promise(async () => {
          const got = await work(1);
          sum += got;
        });
        await Effect.runPromise(
          Effect.scoped(
            Effect.gen(function* () {
              const fibers = [];
              for (let i = 0; i < n; i += 1) fibers.push(yield* Effect.forkScoped(one));
              yield* Fiber.joinAll(fibers);
            }),
          ),
        );
        check(sum, n, 'a scope');
      }),
      timed('Promise.all', 'floor', undefined, async (n) => {
        let sum = 0;
        const one = async (): Promise<void> => {
          const got = await work(1);
          sum += got;
        };
        await Promise.all(Array.from({ length: n }, one));
        check(sum, n, 'promises');
      }),
      python('Python asyncio', 'asyncio_group'),
    ],
  },
  {
    area: 'async',
    name: 'cancel 100,000 waiting tasks',
    unit: 'ms',
    better: 'lower',
    amounts: TASKS,
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { Event, createTask, gather, run, sleep } = await import('@weft/async');
        const cancelled = await run(async () => {
          const event = new Event();
          const tasks = Array.from({ length: n }, () => createTask(() => event.wait()));
          await sleep(0);
          for (const task of tasks) task.cancel();
          await gather.settled(tasks);
          return tasks.filter((task) => task.cancelled()).length;
        });
        check(cancelled, n, 'cancelled tasks');
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect, Fiber } = await import('effect');
        let cancelled = 0;
        const waiting = Effect.onInterrupt(Effect.never, () =>
          Effect.sync(() => {
            cancelled += 1;
          }),
        );
        await Effect.runPromise(
          Effect.gen(function* () {
            const fibers = [];
            for (let i = 0; i < n; i += 1) fibers.push(yield* Effect.forkChild(waiting));
            yield* Effect.sleep(0);
            yield* Fiber.interruptAll(fibers);
          }),
        );
        check(cancelled, n, 'interrupted fibers');
      }),
      python('Python asyncio', 'asyncio_cancel'),
    ],
  },
];

async function forkAndJoin(n: number, make: (i: number) => Effect<number>): Promise<void> {
  const { Effect, Fiber } = await import('effect');
  await Effect.runPromise(
    Effect.gen(function* () {
      const fibers = [];
      for (let i = 0; i < n; i += 1) fibers.push(yield* Effect.forkChild(make(i)));
      for (const [i, fiber] of fibers.entries()) check(yield* Fiber.join(fiber), i, 'a fiber');
    }),
  );
}

async function runAll(n: number, make: (i: number) => Effect<number>): Promise<void> {
  const { Effect } = await import('effect');
  const effects = Array.from({ length: n }, (_, i) => make(i));
  const results = await Effect.runPromise(Effect.all(effects, { concurrency: 'unbounded' }));
  check(results.at(-1), n - 1, 'Effect.all');
}
