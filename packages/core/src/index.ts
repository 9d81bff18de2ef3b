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
export { type Target, task } from './target.ts';
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
