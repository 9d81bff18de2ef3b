import { Lock, ThreadPoolExecutor } from '@weft/threading';

// What the examples of core's docstrings take for granted.

export const lock = new Lock();
export const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
export const pixels = new Uint8Array([1, 2, 3]);

export async function main(): Promise<void> {}

export function square(x: number): number {
  return x * x;
}

export function invert(values: Uint8Array): Uint8Array {
  return values.map((value) => 255 - value);
}
