import type { TaskName } from './tasks.ts';

/** A pool of any library, behind one face. */
export interface Pool {
  call(task: TaskName, value: unknown): PromiseLike<unknown>;
  /** The same, moving a buffer instead of copying it, both ways; left out where the library cannot. */
  callMoved?(task: TaskName, value: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  /** Blocks the caller; left out where the library cannot. */
  callSync?(task: TaskName, value: unknown): unknown;
  /** The whole array in chunks of the library's choice; left out where it has no such thing. */
  map?(task: TaskName, values: number[]): Promise<unknown[]>;
  close(): Promise<unknown>;
}

/** A library that has pools. */
export interface PoolPeer {
  name: string;
  package?: string;
  role: 'ours' | 'peer' | 'floor';
  /** Imports the library and makes a pool: what a program does on its way to the first result. */
  open(workers: number): Promise<Pool>;
  /** What the library cannot do, by the case's name, and why. */
  cannot?: Record<string, string>;
}
