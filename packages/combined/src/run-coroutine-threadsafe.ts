import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { Future, InvalidStateError, QueueShutDownError, type Target } from '@weft/core';
import { describeTarget } from '@weft/core/lowlevel';
import { Event, Queue } from '@weft/threading';
import { withContext } from './internal/with-context.ts';
import { Loop, type LoopReply, isServedHere } from './loop.ts';

/**
 * Has a function run as a task of another thread's event loop: how a worker thread reaches back to the main one.
 *
 * The context variables that have a value here travel with the call; those of the loop's thread do not matter to it.
 *
 * @param target An exported function, async or not; it runs on the loop's thread.
 * @param loop The loop, which was sent here: `getRunningLoop()` of the other thread.
 * @param args The function's arguments, which must be able to cross.
 * @returns The future of its result. `resultSync` blocks this thread for it, which must not be the loop's own;
 *   cancelling it cancels the task.
 * @throws {TargetError} If the other thread could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws {TypeError} If `loop` is none.
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
  if (!(loop instanceof Loop)) throw new TypeError(`Cannot use loop = ${inspect(loop)}: it must be a Loop`);
  const id = randomUUID();
  const reply = new Queue<LoopReply>();
  // What may be waited for in two ways at once, awaiting and blocking: neither takes the reply from the other.
  const answered = new Event();
  const listening = new AbortController();
  const take = (): void => {
    if (future.done()) return;
    try {
      settle(future, reply.getNowait());
    } catch (error) {
      // What came cannot be made again here.
      future.setException(error);
    }
  };
  const future: Future<Awaited<R>> = new Future<Awaited<R>>({
    withdraw: () => {
      cancelOn(loop, id);
      listening.abort();
      return true;
    },
    waitSync: (_future, timeout) => {
      if (isServedHere(loop))
        throw new InvalidStateError('Cannot block for the result: this thread runs the loop; await it instead');
      if (answered.waitSync({ timeout })) take();
    },
  });
  const call = withContext(target as Target, args) ?? { target: target as Target, args };
  loop.requests.putNowait({ id, reference: describeTarget(call.target), args: call.args, reply, answered });
  // Whoever blocks for the result does so at once, before this begins to wait.
  queueMicrotask(() => {
    if (!future.done()) answered.wait({ signal: listening.signal }).then(take, () => undefined);
  });
  return future;
}

function cancelOn({ requests }: Loop, id: string): void {
  try {
    requests.putNowait({ cancel: id });
  } catch (error) {
    // A loop that is over has cancelled the task already.
    if (!(error instanceof QueueShutDownError)) throw error;
  }
}

function settle<T>(future: Future<T>, answer: LoopReply): void {
  if ('cancelled' in answer) future.cancel();
  else if ('thrown' in answer) future.setException(answer.thrown);
  else future.setResult(answer.value as T);
}
