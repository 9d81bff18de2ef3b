import type { Effect } from 'effect/Effect';
import { type BenchCase, check } from '../bench-case.ts';
import { python } from '../python.ts';
import { timed } from '../timed.ts';
import { BareLock, BareQueue } from './bare.ts';

const CONTENDERS = 10;

interface AnyLock {
  acquire(): PromiseLike<unknown>;
  release(): void;
}

interface AnyQueue {
  put(item: number): PromiseLike<unknown>;
  get(): PromiseLike<number>;
}

/** Locks and queues of tasks. */
export const waiting: BenchCase[] = [
  {
    area: 'async',
    name: 'a lock that nobody else wants, 1,000,000 times',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 1_000, quick: 50_000, full: 1_000_000 },
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { Lock, run } = await import('@weft/async');
        await run(() => lockAlone(new Lock(), n));
      }),
      timed('async-mutex', 'peer', 'async-mutex', async (n) => {
        const { Mutex } = await import('async-mutex');
        await lockAlone(new Mutex(), n);
      }),
      timed('async-sema', 'peer', 'async-sema', async (n) => {
        const { Sema } = await import('async-sema');
        await lockAlone(new Sema(1), n);
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect, Semaphore } = await import('effect');
        await Effect.runPromise(
          Effect.gen(function* () {
            const semaphore = yield* Semaphore.make(1);
            for (let i = 0; i < n; i += 1) {
              yield* semaphore.take(1);
              yield* semaphore.release(1);
            }
          }),
        );
      }),
      timed('a flag and an array', 'floor', undefined, (n) => lockAlone(new BareLock(), n)),
      python('Python asyncio', 'asyncio_lock'),
    ],
  },
  {
    area: 'async',
    name: 'a lock that ten tasks want, 100,000 times',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 500, quick: 10_000, full: 100_000 },
    note: 'The holder gives up its turn while it holds the lock, so that every hand-over goes to a waiter.',
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { Lock, gather, run } = await import('@weft/async');
        const lock = new Lock();
        await run(() => gather(Array.from({ length: CONTENDERS }, () => () => contend(lock, n / CONTENDERS))));
      }),
      timed('async-mutex', 'peer', 'async-mutex', async (n) => {
        const { Mutex } = await import('async-mutex');
        await contendAll(new Mutex(), n);
      }),
      timed('async-sema', 'peer', 'async-sema', async (n) => {
        const { Sema } = await import('async-sema');
        await contendAll(new Sema(1), n);
      }),
      timed('effect, of promises', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await contendInEffect(
          Effect.promise(() => READY),
          n,
        );
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await contendInEffect(Effect.yieldNow, n);
      }),
      timed('a flag and an array', 'floor', undefined, (n) => contendAll(new BareLock(), n)),
      python('Python asyncio', 'asyncio_lock_contended'),
    ],
  },
  queueCase(1, 1_000_000),
  queueCase(100, 1_000_000),
];

const READY = Promise.resolve();

async function lockAlone(lock: AnyLock, n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) {
    await lock.acquire();
    lock.release();
  }
}

async function contend(lock: AnyLock, n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) {
    await lock.acquire();
    await READY;
    lock.release();
  }
}

async function contendAll(lock: AnyLock, n: number): Promise<void> {
  await Promise.all(Array.from({ length: CONTENDERS }, () => contend(lock, n / CONTENDERS)));
}

async function contendInEffect(giveUpTurn: Effect<void>, n: number): Promise<void> {
  const { Effect, Semaphore } = await import('effect');
  await Effect.runPromise(
    Effect.gen(function* () {
      const semaphore = yield* Semaphore.make(1);
      const contender = Effect.gen(function* () {
        for (let i = 0; i < n / CONTENDERS; i += 1) {
          yield* semaphore.take(1);
          yield* giveUpTurn;
          yield* semaphore.release(1);
        }
      });
      yield* Effect.all(
        Array.from({ length: CONTENDERS }, () => contender),
        { concurrency: 'unbounded' },
      );
    }),
  );
}

function queueCase(slots: number, amount: number): BenchCase {
  return {
    area: 'async',
    name: `a queue of ${slots} between two tasks, 1,000,000 items`,
    unit: 'items/s',
    better: 'higher',
    amounts: { toy: 1_000, quick: amount / 20, full: amount },
    subjects: [
      timed(
        '@weft/async',
        'ours',
        '@weft/async',
        async (n) => {
          const { Queue, gather, run } = await import('@weft/async');
          const queue = new Queue<number>(slots);
          await run(() =>
            gather(
              () => produce(queue, n),
              () => consume(queue, n),
            ),
          );
        },
        perSecond,
      ),
      timed(
        'effect',
        'peer',
        'effect',
        async (n) => {
          const { Effect, Queue } = await import('effect');
          await Effect.runPromise(
            Effect.gen(function* () {
              const queue = yield* Queue.bounded<number>(slots);
              const producer = Effect.gen(function* () {
                for (let i = 0; i < n; i += 1) yield* Queue.offer(queue, i);
              });
              const consumer = Effect.gen(function* () {
                for (let i = 0; i < n; i += 1) check(yield* Queue.take(queue), i, 'an item');
              });
              yield* Effect.all([producer, consumer], { concurrency: 'unbounded' });
            }),
          );
        },
        perSecond,
      ),
      timed(
        'an async generator',
        'peer',
        undefined,
        async (n) => {
          let i = 0;
          for await (const item of count(n)) check(item, i++, 'an item');
        },
        perSecond,
      ),
      timed(
        'bare promises and arrays',
        'floor',
        undefined,
        async (n) => {
          const queue = new BareQueue<number>(slots);
          await Promise.all([produce(queue, n), consume(queue, n)]);
        },
        perSecond,
      ),
      timed(
        'two awaits an item, and no queue',
        'floor',
        undefined,
        async (n) => {
          await Promise.all([awaitReady(n), awaitReady(n)]);
        },
        perSecond,
      ),
      ...(slots === 1 ? [pythonQueue()] : []),
    ],
  };
}

// Python's benchmark answers with milliseconds.
function pythonQueue(): BenchCase['subjects'][number] {
  const subject = python('Python asyncio', 'asyncio_queue');
  return { ...subject, measure: async (n, least) => perSecond(await subject.measure(n, least), n) };
}

function perSecond(milliseconds: number, n: number): number {
  return (n / milliseconds) * 1_000;
}

async function produce(queue: AnyQueue, n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) await queue.put(i);
}

async function consume(queue: AnyQueue, n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) check(await queue.get(), i, 'an item');
}

async function awaitReady(n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) await READY;
}

async function* count(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i += 1) yield i;
}
