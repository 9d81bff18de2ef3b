import { randomUUID } from 'node:crypto';
import { Future, QueueEmptyError, type Target } from '@weft/core';
import { describeTarget } from '@weft/core/lowlevel';
import { Queue } from '@weft/threading';
import type { Loop, LoopReply } from './loop.ts';

/**
 * Has a function run as a task of another thread's event loop: how a worker thread reaches back to the main one.
 *
 * @param target An exported function, async or not; it runs on the loop's thread.
 * @param loop The loop, which was sent here: `getRunningLoop()` of the other thread.
 * @param args The function's arguments, which must be able to cross.
 * @returns The future of its result. `resultSync` blocks this thread for it; cancelling it cancels the task.
 * @throws {TargetError} If the other thread could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws {QueueShutDownError} If the loop's `run` is over.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.run_coroutine_threadsafe
 * @example
 * export function readPage(loop: Loop, url: string) {
 *   return runCoroutineThreadsafe(fetchPage, loop, url).resultSync();
 * }
 *
 * if (isMain(import.meta)) {
 *   await asyncio.run(() => toThread(readPage, getRunningLoop(), url));
 * }
 */
export function runCoroutineThreadsafe<A extends unknown[], R>(
  target: (...args: A) => R,
  loop: Loop,
  ...args: A
): Future<Awaited<R>> {
  const id = randomUUID();
  const reply = new Queue<LoopReply>();
  const listening = new AbortController();
  const future: Future<Awaited<R>> = new Future<Awaited<R>>({
    withdraw: () => {
      // A loop that is over has cancelled the task already.
      if (!loop.requests.isShutdown) loop.requests.putNowait({ cancel: id });
      listening.abort();
      return true;
    },
    waitSync: (_future, timeout) => {
      listening.abort();
      try {
        settle(future, reply.getSync({ timeout }));
      } catch (error) {
        if (!(error instanceof QueueEmptyError)) throw error;
        void listen(future, reply, new AbortController().signal);
      }
    },
  });
  loop.requests.putNowait({ id, reference: describeTarget(target as Target), args, reply });
  // Whoever blocks for the result does so at once, before this begins to wait.
  queueMicrotask(() => {
    if (!future.done()) void listen(future, reply, listening.signal);
  });
  return future;
}

async function listen<T>(future: Future<T>, reply: Queue<LoopReply>, signal: AbortSignal): Promise<void> {
  try {
    settle(future, await reply.get({ signal }));
  } catch (error) {
    if (!signal.aborted) future.setException(error);
  }
}

function settle<T>(future: Future<T>, answer: LoopReply): void {
  if (future.done()) return;
  if ('cancelled' in answer) future.cancel();
  else if ('thrown' in answer) future.setException(answer.thrown);
  else future.setResult(answer.value as T);
}
