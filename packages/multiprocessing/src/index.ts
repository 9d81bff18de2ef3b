export { Barrier, type BarrierOptions } from './barrier.ts';
export { BoundedSemaphore } from './bounded-semaphore.ts';
export { Condition } from './condition.ts';
export { Event } from './event.ts';
export { Lock } from './lock.ts';
export { CurrentProcess, ParentProcess, activeChildren, currentProcess, parentProcess } from './current-process.ts';
export { exit } from './exit.ts';
export { Pool, type ChunkOptions, type PoolOptions } from './pool.ts';
export { AsyncResult, type Callbacks } from './async-result.ts';
export { ImapIterator } from './internal/pool-imap.ts';
export { ProcessPoolExecutor, type ProcessPoolExecutorOptions } from './process-pool-executor.ts';
export type { ProcessEvent } from './process-event.ts';
export { reportProgress } from './report-progress.ts';
export { taskSignal } from './task-signal.ts';
export { Process, type ProcessOptions } from './process.ts';
export { RLock } from './rlock.ts';
export { Semaphore } from './semaphore.ts';
export { setExecutable } from './internal/spawn.ts';
export { JoinableQueue } from './joinable-queue.ts';
export { Queue } from './queue.ts';
export { SimpleQueue } from './simple-queue.ts';
export { ShareableList, type ShareableItem } from './shareable-list.ts';
export { SharedArray } from './shared-array.ts';
export { SharedMemory, type SharedMemoryOptions } from './shared-memory.ts';
export { SharedValue } from './shared-value.ts';
export type { SharedOptions } from './internal/shared-elements.ts';
export type { ElementOf, Typecode, TypedArrayOf } from './internal/typecodes.ts';
export type { Address } from './internal/address.ts';
export type { Waitable } from './internal/waitable.ts';
export { BufferTooShortError } from './buffer-too-short-error.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { Connection } from './connection.ts';
export { Listener } from './listener.ts';
export { Pipe } from './pipe.ts';
export { wait } from './wait.ts';
export { Manager, type ManagerOptions } from './manager.ts';
export { Proxy, type Remote } from './proxy.ts';
export { RemoteError } from './remote-error.ts';
export {
  type AnyIterable,
  AuthenticationError,
  BrokenBarrierError,
  BrokenExecutorError,
  BrokenPipeError,
  BrokenProcessPoolError,
  CancelledError,
  ConcurrencyError,
  EndOfStreamError,
  type ExecutorStats,
  Future,
  Guard,
  InvalidStateError,
  type MapOptions,
  NotOwnerError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  RemoteTraceback,
  SystemExit,
  TargetError,
  type TaskOptions,
  TimeoutError,
  TransferError,
  type WaitOptions,
  type Wirable,
  asCompleted,
  fromWire,
  isMain,
  task,
  toWire,
  transfer,
} from '@weft/core';
export {
  Context,
  type StartMethod,
  cpuCount,
  freezeSupport,
  getAllStartMethods,
  getContext,
  getStartMethod,
  setStartMethod,
} from './context.ts';
export { LogLevel, Logger, getLogger, logToStderr } from './logger.ts';
