import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { Line, checked } from './line.ts';
import type { TaskFuture } from './task-future.ts';

type Future = TaskFuture<unknown>;
type ReturnWhen = 'first-completed' | 'first-exception' | 'all-completed';

/** Waits for several futures. */
export async function wait(
  futures: Iterable<Future>,
  options: WaitOptions & { returnWhen?: ReturnWhen } = {},
): Promise<{ done: Set<Future>; notDone: Set<Future> }> {
  const { returnWhen = 'all-completed' } = options;
  if (!['first-completed', 'first-exception', 'all-completed'].includes(returnWhen))
    throw new RangeError(`Cannot wait until ${returnWhen}`);
  checked(options);
  const all = [...new Set(futures)];
  const enough = (): boolean =>
    all.every((future) => future.done()) ||
    (returnWhen === 'first-completed' && all.some((future) => future.done())) ||
    (returnWhen === 'first-exception' && all.some((future) => future.failed()));
  const line = new Line<void>();
  const onDone = (): void => {
    if (enough()) line.grantFirst();
  };
  if (!enough()) {
    const waiting = line.wait(options, () => ({ answer: undefined }));
    for (const future of all) future.addDoneCallback(onDone);
    try {
      await waiting;
    } finally {
      for (const future of all) future.removeDoneCallback(onDone);
    }
  }
  const done = new Set(all.filter((future) => future.done()));
  return { done, notDone: new Set(all.filter((future) => !done.has(future))) };
}

/** Gives futures as they finish. */
export function asCompleted(futures: Iterable<Future>, options: WaitOptions = {}): AsyncIterableIterator<Future> {
  const rest = new Set(futures);
  const total = rest.size;
  const end = performance.now() + checked(options);
  const ready = [...rest].filter((future) => future.done());
  const line = new Line<void>();
  const onDone = (future: Future): void => {
    ready.push(future);
    line.grantFirst();
  };
  for (const future of rest) if (!future.done()) future.addDoneCallback(onDone);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (rest.size === 0) return { done: true, value: undefined };
      if (ready.length === 0) {
        const timeout = end === Infinity ? Infinity : Math.max(0, end - performance.now());
        await line.wait({ ...options, timeout }, () =>
          coded('TimeoutError', `${rest.size} (of ${total}) futures are not done`),
        );
      }
      const value = ready.shift() as Future;
      rest.delete(value);
      return { done: false, value };
    },
    async return() {
      for (const future of rest) future.removeDoneCallback(onDone);
      rest.clear();
      return { done: true, value: undefined };
    },
  };
}
