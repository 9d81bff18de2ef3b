import type { MessagePort } from 'node:worker_threads';
import type { Body, TargetReference } from '@weft/core/lowlevel';
import type { BoardMemory, CompletionMemory } from './pool-layout.ts';
import type { Enrolment } from './spawn.ts';

/** What the owner of a pool sends to a worker by message port. */
export type Mail = Wake | NewTarget | BoundTask | Arguments | Abort | Pull;

/** Makes a worker that is in its event loop look for tasks. */
export type Wake = 0;

/** A function's number, before the first task with it. */
export interface NewTarget {
  readonly target: number;
  readonly reference: TargetReference;
}

/** A task for this worker only. */
export interface BoundTask {
  readonly bound: number;
  /** Kind, flags and target, as in a slot. */
  readonly kind: number;
  readonly payload: unknown;
}

/** The arguments of a task that the worker claimed; without a body, they could not be sent and the task is over. */
export interface Arguments {
  readonly args: number;
  readonly body?: Body | Uint8Array;
}

/** Aborts the signal of a running task. */
export interface Abort {
  readonly abort: number;
  readonly reason: Body;
}

/** Asks for the next item of a stream, or says that no more are wanted. */
export interface Pull {
  readonly pull: number;
  readonly stop: boolean;
  /** Whether a loop asks, which reads to the end or says that it leaves. */
  readonly looped: boolean;
}

/** What the worker of a pool finds in `workerData`. */
export interface PoolWorkerData {
  readonly weft: Enrolment;
  readonly pool: {
    readonly seat: number;
    readonly board: BoardMemory;
    readonly completions: CompletionMemory;
    readonly port: MessagePort;
    readonly targets: readonly TargetReference[];
    readonly initializer: TargetReference | undefined;
    readonly initargs: Body;
    /** What the owner's clock shows when the system's monotonic clock shows 0, in milliseconds. */
    readonly epoch: number;
    readonly idleTimeout: number;
    readonly maxTasks: number;
    /** Bytes of memory after which the worker is replaced. */
    readonly maxMemory: number;
  };
}

/** What this thread's `performance.now()` shows when the system's monotonic clock shows 0. */
export function epoch(): number {
  return performance.now() - Number(process.hrtime.bigint()) / 1e6;
}
