import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, workerData } from 'node:worker_threads';
import { readlinkSync } from 'node:fs';
import { InvalidStateError } from '@weft/core';
import { Entry, Header, MAX_NAME, MAX_THREADS, MEMORY_BYTES, entryOf, identOf } from './layout.ts';

// Threads inherit environment data from the thread that starts them, whoever starts them.
const KEY = 'weft.threading.1';

/** The memory that all threads of this process share. */
export const memory: Int32Array = new Int32Array(findMemory());

/** The ident of the main thread. */
export const MAIN: number = identOf(0, 1);

/** The ident of this thread. */
export const self: number = enrol();

/** A thread, as its entry in the table has it. */
export interface ThreadRecord {
  ident: number;
  name: string;
  daemon: boolean;
  parent: number;
  nativeId: number;
}

/** What a worker that this package starts is told about itself. */
export interface Enrolment {
  weft: { ident: number };
}

/** Says whether a thread has not ended. */
export function isAlive(ident: number): boolean {
  return Atomics.load(memory, entryOf(ident) + Entry.Ident) === ident;
}

/** Changes with each thread that ends: who waits for what a thread holds looks again when it does. */
export function deaths(): number {
  return Atomics.load(memory, Header.Deaths);
}

/**
 * Takes a place in the table for a thread that is about to start. It counts as alive from now on.
 *
 * @throws {InvalidStateError} If the table is full.
 */
export function enlist(thread: { name: string; daemon: boolean; parent: number }): number {
  for (let slot = 1; slot < MAX_THREADS; slot += 1) {
    const entry = entryOf(slot);
    if (Atomics.compareExchange(memory, entry + Entry.Taken, 0, 1) !== 0) continue;
    memory[entry + Entry.Generation] = Number(memory[entry + Entry.Generation]) + 1;
    const ident = identOf(slot, Number(memory[entry + Entry.Generation]));
    memory[entry + Entry.Daemon] = thread.daemon ? 1 : 0;
    memory[entry + Entry.Parent] = thread.parent;
    memory[entry + Entry.NativeId] = 0;
    memory[entry + Entry.Hooked] = 0;
    memory[entry + Entry.Bell] = 0;
    writeName(entry, thread.name);
    // Pairs with the load in isAlive: whoever sees the ident sees the entry.
    Atomics.store(memory, entry + Entry.Ident, ident);
    return ident;
  }
  throw new InvalidStateError(`Cannot start a thread: ${MAX_THREADS} threads are alive`);
}

/**
 * Notes that a thread has ended and wakes whoever may wait for that.
 *
 * @returns Whether this call noted it first.
 */
export function strikeOff(ident: number): boolean {
  const entry = entryOf(ident);
  if (Atomics.compareExchange(memory, entry + Entry.Ident, ident, 0) !== ident) return false;
  Atomics.add(memory, Header.Deaths, 1);
  Atomics.notify(memory, entry + Entry.Ident);
  Atomics.store(memory, entry + Entry.Taken, 0);
  for (let slot = 0; slot < MAX_THREADS; slot += 1) {
    const other = entryOf(slot);
    if (memory[other + Entry.Taken] === 1) Atomics.notify(memory, other + Entry.Bell);
  }
  return true;
}

/** Notes the end of a thread together with every thread that it started, as Node ends those with it. */
export function strikeOffFamily(ident: number): void {
  strikeOff(ident);
  for (const child of aliveIdents()) {
    if (memory[entryOf(child) + Entry.Parent] === ident) strikeOffFamily(child);
  }
}

/** The idents of all threads that are alive. */
export function aliveIdents(): number[] {
  const found: number[] = [];
  for (let slot = 0; slot < MAX_THREADS; slot += 1) {
    const ident = Atomics.load(memory, entryOf(slot) + Entry.Ident);
    if (ident !== 0) found.push(ident);
  }
  return found;
}

/** Reads a thread's entry; `undefined` once the thread has ended. */
export function recordOf(ident: number): ThreadRecord | undefined {
  const entry = entryOf(ident);
  const record = {
    ident,
    name: readName(entry),
    daemon: memory[entry + Entry.Daemon] === 1,
    parent: Number(memory[entry + Entry.Parent]),
    nativeId: Number(memory[entry + Entry.NativeId]),
  };
  return isAlive(ident) ? record : undefined;
}

/** Renames a thread for all threads. */
export function rename(ident: number, name: string): void {
  if (isAlive(ident)) writeName(entryOf(ident), name);
}

/** Says, for the threads that this one starts, whether it wants to hear of their errors. */
export function setHooked(hooked: boolean): void {
  Atomics.store(memory, entryOf(self) + Entry.Hooked, hooked ? 1 : 0);
}

/** Whether a thread, or one of those that led to its start, wants to hear of the errors of threads it starts. */
export function isHooked(ident: number): boolean {
  for (let at = ident; at !== 0 && isAlive(at); at = Number(memory[entryOf(at) + Entry.Parent])) {
    if (Atomics.load(memory, entryOf(at) + Entry.Hooked) === 1) return true;
  }
  return false;
}

/** The next number for a thread without a name. */
export function nextNumber(): number {
  return Atomics.add(memory, Header.Names, 1) + 1;
}

/** The number by which the system knows a thread: also after its end, until another one takes its place. 0 if unknown. */
export function nativeIdOf(ident: number): number {
  const entry = entryOf(ident);
  const isLatest =
    identOf((entry - entryOf(0)) / (entryOf(1) - entryOf(0)), Number(memory[entry + Entry.Generation])) === ident;
  return isLatest ? Atomics.load(memory, entry + Entry.NativeId) : 0;
}

/** Notes the number by which the system knows this thread. */
export function noteNativeId(): void {
  Atomics.store(memory, entryOf(self) + Entry.NativeId, nativeId());
  Atomics.notify(memory, entryOf(self) + Entry.NativeId);
}

function findMemory(): SharedArrayBuffer {
  const inherited = getEnvironmentData(KEY);
  if (inherited instanceof SharedArrayBuffer) return inherited;
  const made = new SharedArrayBuffer(MEMORY_BYTES);
  const words = new Int32Array(made);
  words[Header.Id] = Math.trunc(Math.random() * 0x7fff_ffff);
  const main = entryOf(0);
  words[main + Entry.Generation] = 1;
  words[main + Entry.Taken] = 1;
  words[main + Entry.Ident] = identOf(0, 1);
  words[main + Entry.NativeId] = process.pid;
  const name = 'MainThread';
  const units = new Uint16Array(made, (main + Entry.Name) * 4, name.length);
  for (let i = 0; i < name.length; i += 1) units[i] = name.charCodeAt(i);
  words[main + Entry.NameLength] = name.length;
  setEnvironmentData(KEY, made);
  return made;
}

function enrol(): number {
  if (isMainThread) return MAIN;
  const told = (workerData as Partial<Enrolment> | null)?.weft?.ident;
  if (told !== undefined) return told;
  // A worker that somebody else started: it takes part under a name of its own for as long as it lives.
  const ident = enlist({ name: `Dummy-${Atomics.add(memory, Header.Dummies, 1) + 1}`, daemon: true, parent: 0 });
  Atomics.store(memory, entryOf(ident) + Entry.NativeId, nativeId());
  process.on('exit', () => strikeOff(ident));
  return ident;
}

function nativeId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || threadId;
  } catch {
    return threadId;
  }
}

function writeName(entry: number, name: string): void {
  const length = Math.min(name.length, MAX_NAME);
  const units = new Uint16Array(memory.buffer, (entry + Entry.Name) * 4, MAX_NAME);
  lockName(entry);
  for (let i = 0; i < length; i += 1) units[i] = name.charCodeAt(i);
  memory[entry + Entry.NameLength] = length;
  Atomics.store(memory, entry + Entry.NameLatch, 0);
}

function readName(entry: number): string {
  lockName(entry);
  const length = Number(memory[entry + Entry.NameLength]);
  const name = String.fromCharCode(...new Uint16Array(memory.buffer, (entry + Entry.Name) * 4, length));
  Atomics.store(memory, entry + Entry.NameLatch, 0);
  return name;
}

// Held for a few hundred instructions. Whoever held it for longer was terminated with it: it is taken over.
function lockName(entry: number): void {
  const end = performance.now() + 100;
  while (Atomics.compareExchange(memory, entry + Entry.NameLatch, 0, 1) !== 0) {
    if (performance.now() > end) return;
  }
}
