export { currentThread, enumerate, activeCount, getIdent, mainThread } from './current-thread.ts';
export { type ExceptHook, type ExceptHookArgs, excepthook, setExcepthook } from './excepthook.ts';
export { exit } from './exit.ts';
export { Timer, type TimerOptions } from './timer.ts';
export { Thread, type ThreadOptions } from './thread.ts';
export {
  type AnyIterable,
  BrokenBarrierError,
  BrokenExecutorError,
  BrokenThreadPoolError,
  CancelledError,
  ConcurrencyError,
  Executor,
  type ExecutorStats,
  Future,
  Guard,
  InvalidStateError,
  type MapOptions,
  NotOwnerError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  SystemExit,
  TargetError,
  type TaskOptions,
  TimeoutError,
  TransferError,
  type WaitOptions,
  asCompleted,
  isMain,
  task,
  transfer,
  wait,
} from '@weft/core';
export { Barrier, type BarrierOptions } from './barrier.ts';
export { BoundedSemaphore } from './bounded-semaphore.ts';
export { Condition } from './condition.ts';
export { Event } from './event.ts';
export { LifoQueue } from './lifo-queue.ts';
export { Local } from './local.ts';
export { Lock } from './lock.ts';
export { type Comparison, PriorityQueue, type PriorityQueueOptions } from './priority-queue.ts';
export { Queue } from './queue.ts';
export { RLock } from './rlock.ts';
export { Semaphore } from './semaphore.ts';
export { SimpleQueue } from './simple-queue.ts';
export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from './thread-pool-executor.ts';
export { reportProgress } from './report-progress.ts';
export { taskSignal } from './task-signal.ts';
