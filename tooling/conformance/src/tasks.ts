/**
 * What the executor suite runs on workers. Plain exported functions, so that they can be found there; this module loads
 * nothing of vitest.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { openFileGate, passFileGate, passFileGateSync } from '@weft/testkit/file-gate';

const worker = randomUUID();
let initialised: unknown[] = [];

/** Gives back what it got. */
export function identity<T>(value: T): T {
  return value;
}

/** Squares a number. */
export function square(x: number): number {
  return x * x;
}

/** Adds two numbers. */
export function add(a: number, b: number): number {
  return a + b;
}

/** Adds two numbers, later. */
export async function addLater(a: number, b: number): Promise<number> {
  await Promise.resolve();
  return a + b;
}

/** Says which worker runs it: the same one says the same. */
export function whichWorker(): string {
  return worker;
}

/** Opens one gate, waits at another, and says which worker runs it. */
export async function pass(started: string, gate: string): Promise<string> {
  openFileGate(started);
  await passFileGate(gate);
  return worker;
}

/** Blocks its worker until a gate opens, and gives the value back. */
export function passWith<T>([gate, value]: readonly [string, T]): T {
  passFileGateSync(gate);
  return value;
}

/** Adds a line to a file, and gives it back. */
export function note([path, line]: readonly [string, string]): string {
  appendFileSync(path, `${line}\n`);
  return line;
}

/** Throws a TypeError that has a field and a cause. */
export function fail(message: string): never {
  throw Object.assign(new TypeError(message, { cause: new RangeError('the cause') }), { detail: 7 });
}

/** Rejects. */
export async function failLater(message: string): Promise<never> {
  await Promise.resolve();
  throw new RangeError(message);
}

/** Throws the value itself. */
export function throwValue(value: unknown): never {
  throw value;
}

/** Gives 100 / x, and throws for 0. */
export function divide(x: number): number {
  if (x === 0) throw new RangeError('Cannot divide by 0');
  return 100 / x;
}

/** Gives a function, which cannot cross. */
export function giveFunction(): () => void {
  return () => {};
}

/** Ends its worker. */
export function leave(status: number): never {
  process.exit(status);
}

/** Computes until a time is over, in milliseconds. */
export function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Never ends, and cannot be asked to. */
export function spinForEver(started: string): never {
  openFileGate(started);
  for (;;);
}

/** An initializer: remembers its arguments in the worker. */
export function initialise(...args: unknown[]): void {
  initialised = [...initialised, args];
}

/** Gives what the initializer of this worker was called with, each time. */
export function initialisedWith(): unknown[] {
  return initialised;
}

/** An initializer that fails. */
export function failToInitialise(): never {
  throw new Error('no worker today');
}
