import { exit } from 'node:process';
import { SystemExit } from '@weft/core';
import { Lock, ThreadPoolExecutor } from '@weft/threading';

// What the examples of core's docstrings take for granted: the other packages, a pool, and something to run on it.

export { connect, Listener, Pipe, ProcessPoolExecutor } from '@weft/multiprocessing';
export { Barrier, Condition, Lock, Queue } from '@weft/threading';

export const lock = new Lock();
export const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
export const pixels = new Uint8Array([1, 2, 3]);

export async function main(): Promise<void> {}

export function square(x: number): number {
  return x * x;
}

export function inspect(_value: unknown): void {}

export function invert(values: Uint8Array): Uint8Array {
  return values.map((value) => 255 - value);
}

export function fail(): never {
  throw new RangeError('far away');
}

export function leave(status: number): never {
  throw new SystemExit(status);
}

export function endThread(): never {
  exit(1);
}
