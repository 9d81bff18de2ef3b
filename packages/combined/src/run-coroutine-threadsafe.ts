import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { Future, InvalidStateError, QueueShutDownError, type Target } from '@weft/core';
import { describeTarget } from '@weft/core/lowlevel';
import { Event, Queue, mainThread } from '@weft/threading';
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
 *   cancelling it cancels the task. It is cancelled if the loop's thread dies.
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
    listening.abort();
  };
  // The loop's thread has died, and the task with it, unless it had answered.
  const giveUp = (): void => {
    if (reply.empty()) future.cancel();
    else take();
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
      if (blockFor(answered, loop, timeout)) giveUp();
    },
  });
  const call = withContext(target as Target, args) ?? { target: target as Target, args };
  loop.requests.putNowait({ id, reference: describeTarget(call.target), args: call.args, reply, answered });
  // Whoever blocks for the result does so at once, before this begins to wait.
  queueMicrotask(() => {
    if (future.done()) return;
    const { signal } = listening;
    answered.wait({ signal }).then(take, () => undefined);
    // The main thread outlives all others, and a thread itself.
    if (loop.thread.ident !== mainThread().ident && !isServedHere(loop))
      loop.thread.join({ signal }).then(giveUp, () => undefined);
  });
  return future;
}

/** How long a thread blocks before it looks whether the loop's is still there, in milliseconds. */
const SLICE = 100;

/**
 * Blocks until the answer is there, the loop's thread has died, or for `timeout` milliseconds.
 *
 * @returns Whether there is nothing more to come.
 */
function blockFor(answered: Event, { thread }: Loop, timeout: number): boolean {
  const end = performance.now() + timeout;
  for (let left = timeout; left > 0; left = end - performance.now())
    if (answered.waitSync({ timeout: Math.min(left, SLICE) }) || !thread.isAlive()) return true;
  return false;
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
