import { Condition } from '@weft/threading';

// What the examples of threading's docstrings take for granted.

export const changed = new Condition();
export const counter = new Int32Array(new SharedArrayBuffer(4));
export const stock = Int32Array.of(1);
export const log = { error(..._values: unknown[]): void {} };

export function square(x: number): number {
  return x * x;
}

export function printNumbers(count: number): void {
  for (let i = 0; i < count; i += 1) console.log(i);
}

export function remind(what: string): void {
  console.log(what);
}

export function start(): void {}

export function crawl(_page: string): void {}

export function resizeOne(_file: string): void {}

export function fits(candidate: number): boolean {
  return candidate > 100;
}

export function openSession(): { query(text: string): string } {
  return { query: (text) => text };
}
