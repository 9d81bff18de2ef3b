import { type FutureLike, type FutureSuiteOptions, futureConformance, futureRows } from '../src/future.ts';
import { noticesBroken } from './broken.ts';
import { asCompleted, wait } from './reference/futures.ts';
import { TaskFuture } from './reference/task-future.ts';

type Future = TaskFuture<unknown>;

const right: FutureSuiteOptions<Future> = { create: () => new TaskFuture<unknown>(), wait, asCompleted };
futureConformance('a right future', right);

noticesBroken<() => FutureLike>(
  'a future',
  {
    'takes an error that looks false for a result': {
      failing: /errors that look false/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          override setException(error: unknown): void {
            if (error) super.setException(error);
            else super.setResult(error);
          }
        })(),
    },
    'stops at a callback that throws': {
      failing: /reports what a callback throws/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          protected override call(callback: (future: this) => void): void {
            callback(this);
          }
        })(),
    },
    'can be cancelled while it runs': {
      failing: /is cancelled while it is pending/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          override cancel(): boolean {
            if (this.state === 'running') this.state = 'pending';
            return super.cancel();
          }
        })(),
    },
    'may be settled twice': {
      failing: /keeps its first outcome/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          override setResult(value: unknown): void {
            if (this.done()) this.state = 'running';
            super.setResult(value);
          }
        })(),
    },
    'gives a value when it was cancelled': {
      failing: /never turns a cancellation into a success/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          override async result(options?: { timeout?: number | undefined }): Promise<unknown> {
            return this.cancelled() ? undefined : super.result(options);
          }
        })(),
    },
    'ends the process when nobody looks': {
      failing: /does not end the process/,
      create: () =>
        new (class extends TaskFuture<unknown> {
          protected override settle(): void {
            super.settle();
            void this.result();
          }
        })(),
    },
  },
  (create) => futureRows({ create }),
);

noticesBroken<Partial<FutureSuiteOptions<Future>>>(
  'wait or asCompleted',
  {
    'counts a future twice': {
      failing: /counts one that occurs twice|given? one that occurs twice|gives one that occurs twice/,
      create: { asCompleted: (futures, options) => twice(asCompleted(futures, options)) },
    },
    'gives values instead of futures': {
      failing: /asCompleted gives/,
      create: {
        // An async generator awaits what it yields, and a future can be awaited.
        asCompleted: async function* (futures, options) {
          for await (const future of asCompleted(futures, options)) yield future as never;
        },
      },
    },
    'takes a cancellation for an error': {
      failing: /takes no cancellation for one/,
      create: {
        wait: async (futures, options) => {
          const all = [...futures];
          if (options?.returnWhen === 'first-exception' && all.some((future) => future.cancelled()))
            return wait(all, { timeout: 0 }).then(({ done }) => ({ done, notDone: new Set<Future>() }));
          return wait(all, options);
        },
      },
    },
    'forgets those that are not done': {
      failing: /wait gives what is done/,
      create: {
        wait: async (futures, options) => ({ done: (await wait(futures, options)).done, notDone: new Set<Future>() }),
      },
    },
  },
  (broken) => futureRows({ ...right, ...broken }),
);

function twice(futures: AsyncIterableIterator<Future>): AsyncIterable<Future> {
  let again: IteratorResult<Future> | undefined;
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = again ?? (await futures.next());
        again = again || next.done ? undefined : next;
        return next;
      },
    }),
  };
}
