/** What Weft's own packages need of core and users do not: no promise of stability outside of this repository. */
export { endBySystemExit, systemExit } from './system-exit.ts';
export { actNow } from './act-now.ts';
export { isWorkerThread } from './internal/worker-thread.ts';
export { checkOptions } from './check-options.ts';
export { MAX_TIMER_DELAY, checkTimeout, checkWait, startTimer } from './duration.ts';
export { Deque } from './internal/deque.ts';
export { type Comparator, Heap } from './internal/heap.ts';
export { type AmbientTask, ambientTask, outsideTasks, setAmbientTask } from './ambient.ts';
export { type Interruptible, type Waiter, interruptible } from './interruptible.ts';
export { keepAlive } from './keep-alive.ts';
export {
  type Target,
  type TargetReference,
  describeClass,
  describeTarget,
  loadTarget,
  loadTargetNow,
} from './target.ts';
export {
  type DecodeOptions,
  type EncodeOptions,
  decodeBody,
  decodeBytes,
  encodeBytes,
  encodeTextInto,
  encodedTextSize,
  narrowTextAt,
} from './wire/bytes.ts';
export { cloneFromBytes, cloneToBytes } from './wire/clone-bytes.ts';
export { isJsonExact } from './wire/json-exact.ts';
export { JsonWriter } from './wire/json-writer.ts';
export { type Body, type Packed, pack } from './wire/pack.ts';
export { emptyMoved } from './wire/empty-moved.ts';
export { refuseMoves } from './wire/refuse-moves.ts';
export { asTransferError } from './wire/refusals.ts';
export { simplify } from './wire/simplify.ts';
export { packThrown, unpackThrown } from './wire/thrown.ts';
export { loadClasses, unpack } from './wire/unpack.ts';
export { VIEW_CLASSES, type ViewClass } from './wire/views.ts';
export { rawText } from './internal/raw-text.ts';
export { countLarge } from './internal/young-memory.ts';
export { checkArguments, checkCount } from './executor.ts';
export type { FutureDriver, FutureState } from './future.ts';
export { promiseOf } from './promise-of.ts';
export { reportProgressTo } from './progress.ts';
export { currentTaskSignal, setTaskSignal } from './task-signal.ts';
export {
  AuthenticationError,
  BrokenBarrierError,
  BrokenExecutorError,
  BrokenPipeError,
  BrokenProcessPoolError,
  BrokenThreadPoolError,
  CancelledError,
  ConcurrencyError,
  EndOfStreamError,
  InvalidStateError,
  NotOwnerError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  SystemExit,
  TargetError,
  TimeoutError,
  TransferError,
} from './errors.ts';
export { type ErrorCondition, TaskGroupError } from './task-group-error.ts';
export type { WaitOptions } from './duration.ts';
export { Guard } from './guard.ts';
export { type Medium, type Wirable, type WirableClass, fromWire, toWire } from './wire/protocol.ts';
export { RemoteTraceback } from './wire/thrown.ts';
export { isMain } from './is-main.ts';
export { task } from './target.ts';
export { transfer } from './wire/transfer.ts';
export { asCompleted } from './as-completed.ts';
export {
  type AnyIterable,
  Executor,
  type ExecutorStats,
  type MapOptions,
  type Percentiles,
  type TaskOptions,
} from './executor.ts';
export { Future } from './future.ts';
export { type DoneAndNotDone, type ReturnWhen, type WaitForFuturesOptions, wait } from './wait.ts';
