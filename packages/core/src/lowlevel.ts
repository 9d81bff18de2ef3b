/** What Weft's own packages need of core and users do not: no promise of stability outside of this repository. */
export { MAX_TIMER_DELAY, checkTimeout, startTimer } from './duration.ts';
export { Deque } from './internal/deque.ts';
export { type Comparator, Heap } from './internal/heap.ts';
export { type AmbientTask, ambientTask, setAmbientTask } from './ambient.ts';
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
export { isJsonExact } from './wire/json-exact.ts';
export { type Body, type Packed, pack } from './wire/pack.ts';
export { asTransferError } from './wire/refusals.ts';
export { packThrown, unpackThrown } from './wire/thrown.ts';
export { loadClasses, unpack } from './wire/unpack.ts';
export { VIEW_CLASSES, type ViewClass } from './wire/views.ts';
export { rawText } from './internal/raw-text.ts';
export { checkCount } from './executor.ts';
export type { FutureDriver, FutureState } from './future.ts';
export { reportProgressTo } from './progress.ts';
export { Histogram } from './scheduler/histogram.ts';
export { PoolExecutor } from './scheduler/pool-executor.ts';
export { type PoolOptions, type PoolSettings, checkPoolOptions } from './scheduler/pool-options.ts';
export { Scheduler } from './scheduler/scheduler.ts';
export type { SchedulerOptions } from './scheduler/scheduler-options.ts';
export type { Task } from './scheduler/task.ts';
export type { Transport, TransportEvents, Usage, WorkerExit, WorkerLimits } from './scheduler/transport.ts';
export { currentTaskSignal, setTaskSignal } from './task-signal.ts';
