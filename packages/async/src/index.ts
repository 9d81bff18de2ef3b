export {
  BrokenBarrierError,
  BrokenPipeError,
  CancelledError,
  ConcurrencyError,
  EndOfStreamError,
  Guard,
  InvalidStateError,
  NotOwnerError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  SystemExit,
  TaskGroupError,
  TimeoutError,
  type ErrorCondition,
  type WaitOptions,
} from '@weft/core';
export { asCompleted } from './as-completed.ts';
export { Barrier, type BarrierOptions } from './barrier.ts';
export { BoundedSemaphore } from './bounded-semaphore.ts';
export { type CallGraph, type PrintOptions, captureCallGraph, formatCallGraph, printCallGraph } from './call-graph.ts';
export { cancellable } from './cancellable.ts';
export { Condition } from './condition.ts';
export { ContextToken, ContextVar } from './context-var.ts';
export { Context, copyContext } from './context.ts';
export {
  DEVNULL,
  PIPE,
  STDOUT,
  type SubprocessOptions,
  type SubprocessStream,
  createSubprocessExec,
  createSubprocessShell,
} from './create-subprocess.ts';
export { type TaskOptions, createTask } from './create-task.ts';
export { currentSignal } from './current-signal.ts';
export { allTasks, currentTask } from './current-task.ts';
export { DeadlockError } from './deadlock-error.ts';
export { type Awaitable, type AwaitableResult, ensureFuture } from './ensure-future.ts';
export { Event } from './event.ts';
export { Future } from './future.ts';
export { type GatherResults, type GatheringFuture, type SettledResults, gather } from './gather.ts';
export { IncompleteReadError } from './incomplete-read-error.ts';
export type { TaskMessage } from './internal/task-channel.ts';
export type { TaskReport, Unhandled } from './internal/task-registry.ts';
export { KeyboardInterrupt } from './keyboard-interrupt.ts';
export { LifoQueue } from './lifo-queue.ts';
export { LimitOverrunError } from './limit-overrun-error.ts';
export { Lock } from './lock.ts';
export { type MapConcurrentOptions, mapConcurrent } from './map-concurrent.ts';
export { type ConnectOptions, openConnection, openUnixConnection } from './open-connection.ts';
export { PriorityQueue, type PriorityQueueOptions } from './priority-queue.ts';
export { Queue } from './queue.ts';
export { run } from './run.ts';
export { type RunOptions, Runner } from './runner.ts';
export { Semaphore } from './semaphore.ts';
export { type Server } from './server.ts';
export { shield } from './shield.ts';
export { sleep } from './sleep.ts';
export { type ConnectionHandler, type ServeOptions, startServer, startUnixServer } from './start-server.ts';
export { StreamReader } from './stream-reader.ts';
export { type StreamWriter } from './stream-writer.ts';
export { type Process } from './subprocess.ts';
export { TaskGroup } from './task-group.ts';
export { Task, type TaskBody } from './task.ts';
export { Timeout, timeout, timeoutAt } from './timeout.ts';
export { waitFor } from './wait-for.ts';
export { type ReturnWhen, type WaitForOptions, wait } from './wait.ts';
