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
