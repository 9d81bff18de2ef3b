export { currentThread, enumerate, activeCount, getIdent, mainThread } from './current-thread.ts';
export { type ExceptHook, type ExceptHookArgs, excepthook, setExcepthook } from './excepthook.ts';
export { exit } from './exit.ts';
export { Thread, type ThreadOptions } from './thread.ts';
export {
  BrokenBarrierError,
  CancelledError,
  ConcurrencyError,
  Guard,
  InvalidStateError,
  NotOwnerError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  SystemExit,
  TargetError,
  TimeoutError,
  TransferError,
  type WaitOptions,
  isMain,
  task,
  transfer,
} from '@weft/core';
export { Lock } from './lock.ts';
