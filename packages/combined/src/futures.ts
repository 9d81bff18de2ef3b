export {
  BrokenExecutorError,
  BrokenProcessPoolError,
  BrokenThreadPoolError,
  CancelledError,
  type DoneAndNotDone,
  Executor,
  type ExecutorStats,
  Future,
  InvalidStateError,
  type MapOptions,
  type ReturnWhen,
  type TaskOptions,
  TimeoutError,
  type WaitForFuturesOptions,
  asCompleted,
  wait,
} from '@weft/core';
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from '@weft/multiprocessing';
export { ThreadPoolExecutor, type ThreadPoolExecutorOptions } from '@weft/threading';
