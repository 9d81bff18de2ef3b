import type { Channel } from 'node:diagnostics_channel';
import { type WaitOptions, TimeoutError } from '@weft/core';
import { checkWait, interruptible, keepAlive } from '@weft/core/lowlevel';
import { ASLEEP, NO_WAIT, QUEUED } from './cell-memory.ts';
import type { Cell, Operation } from './cell.ts';
import { observed, observedSync } from './observed-wait.ts';
import { openDoorbell } from './doorbell.ts';
import { WAITING } from './layout.ts';
import type { Message } from './message-store.ts';
import { setEars } from './parking-ears.ts';
import { collect, giveUp, reap, withdraw } from './operations/waits.ts';

/** What is waited for. */
export interface Wait<T> {
  readonly cell: Cell;
  /** The primitive, for those who watch `events`. */
  readonly subject: object;
  readonly events: Channel;
  /** As an infinitive, for errors: `acquire the lock`. */
  readonly action: string;
  /** Takes what is waited for, or stands in line for it. */
  readonly begin: Operation;
  readonly value?: number;
  /** The message to put, where one is. */
  readonly message?: Message;
  /** Makes the result of what {@link begin} answered or the wait was granted; may throw. */
  finish(this: void, state: number): T;
  /** Called once the wait stands in line, or is over already. */
  readonly entered?: () => void;
  /** Takes what the wait was granted; {@link collect} if left out. */
  readonly collect?: Operation;
  /** Leaves the line; {@link withdraw} if left out. */
  readonly leave?: Operation;
  /**
   * Whether a wait that is left just after it was granted something passes that on. Otherwise it ends with that: a task
   * that is cancelled then would drop what it never saw.
   */
  readonly passesOn?: boolean;
  /** What the wait gives when time runs out; an error if left out. */
  readonly expire?: (timeout: number) => T;
}

interface Pending {
  readonly cell: Cell;
  /** Negative until a slot comes free. */
  slot: number;
  isOver: boolean;
  enter(this: void): void;
  collect(this: void): number;
  settle(this: void, state: number): void;
  fail(this: void, error: unknown): void;
}

const FIRST_TICK = 5;
const LAST_TICK = 40;
const FIRST_NAP = 2;
const LAST_NAP = 20;
const CROWDED_NAP = 1;

const pending = new Map<number, Pending>();
/** The waits that found no slot, in order. */
const crowded = new Map<Cell, Pending[]>();
const napping = new Int32Array(new SharedArrayBuffer(4));
let lastWake = 0;
let tick: NodeJS.Timeout | undefined;
let tickDelay = FIRST_TICK;

/** Waits without blocking the thread. Nothing is taken if the wait is left. */
export function park<T>(options: WaitOptions, wait: Wait<T>): Promise<T> {
  try {
    const timeout = checkWait(options, wait.action);
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    const { cell, begin, value = 0 } = wait;
    const state = cell.run(begin, value, NO_WAIT, wait.message);
    if (state >= 0) {
      wait.entered?.();
      return Promise.resolve(wait.finish(state));
    }
    if (timeout === 0) return Promise.resolve(expire(wait, 0));
    return wait.events.hasSubscribers ? observed(wait, standInLine(options, wait)) : standInLine(options, wait);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

/** Waits asleep: the whole thread does. */
export function parkSync<T>(options: { timeout?: number | undefined }, wait: Wait<T>): T {
  const timeout = checkWait(options, wait.action);
  const { cell, begin, value = 0 } = wait;
  const end = timeout === Infinity ? Infinity : performance.now() + timeout;
  for (;;) {
    const state = cell.run(begin, value, timeout === 0 ? NO_WAIT : ASLEEP, wait.message);
    if (state >= 0 || state <= QUEUED) wait.entered?.();
    if (state >= 0) return wait.finish(state);
    if (state <= QUEUED) return observedSync(wait, () => sleepUntilGranted(wait, QUEUED - state, timeout, end));
    if (performance.now() >= end) return expire(wait, timeout);
    Atomics.wait(napping, 0, 0, CROWDED_NAP);
  }
}

function sleepUntilGranted<T>(wait: Wait<T>, slot: number, timeout: number, end: number): T {
  const { cell } = wait;
  let nap = FIRST_NAP;
  for (;;) {
    const rest = end - performance.now();
    if (rest > 0) cell.sleep(slot, WAITING, Math.min(nap, rest));
    const state = collectSync(wait, slot);
    if (state >= 0) return wait.finish(state);
    if (rest <= 0 && cell.run(wait.leave ?? withdraw, slot) === 1) return expire(wait, timeout);
    // A dead holder wakes nobody, and a wake-up dies with the one who was about to send it.
    if (cell.reaps) cell.run(reap);
    nap = Math.min(nap * 2, LAST_NAP);
  }
}

function collectSync(wait: Wait<unknown>, slot: number): number {
  try {
    return wait.cell.run(wait.collect ?? collect, slot, NO_WAIT, wait.message);
  } catch (error) {
    giveUpIfThere(wait.cell, slot);
    throw error;
  }
}

function standInLine<T>(options: WaitOptions, wait: Wait<T>): Promise<T> {
  const { cell, begin, value = 0 } = wait;
  return interruptible<T>(options, {
    action: wait.action,
    ...(wait.expire && { onTimeout: wait.expire }),
    begin(waiter) {
      lastWake = (lastWake % 0x7fffffff) + 1;
      const wake = lastWake;
      const letGo = keepAlive();
      const end = (): boolean => {
        letGo();
        entry.isOver = true;
        return pending.delete(wake);
      };
      const entry: Pending = {
        cell,
        slot: -1,
        isOver: false,
        enter() {
          const state = cell.run(begin, value, wake, wait.message);
          if (state >= 0 || state <= QUEUED) wait.entered?.();
          if (state >= 0) entry.settle(state);
          else if (state <= QUEUED) entry.slot = QUEUED - state;
        },
        collect: () => cell.run(wait.collect ?? collect, entry.slot, NO_WAIT, wait.message),
        settle(state) {
          end();
          try {
            waiter.resolve(wait.finish(state));
          } catch (error) {
            waiter.reject(error);
          }
        },
        fail(error) {
          end();
          leaveCrowd(entry);
          if (entry.slot >= 0) giveUpIfThere(cell, entry.slot);
          waiter.reject(error);
        },
      };
      pending.set(wake, entry);
      if (cell.reaps) openDoorbell(hear);
      else setEars(hear);
      comeIn(entry);
      startTick();
      return () => {
        if (!pending.has(wake)) return false;
        try {
          if (entry.slot >= 0 && cell.run(wait.leave ?? withdraw, entry.slot) !== 1) {
            if (!wait.passesOn) {
              queueMicrotask(() => hear(wake));
              return false;
            }
            cell.run(giveUp, entry.slot);
          }
        } catch (error) {
          entry.fail(error);
          return false;
        }
        leaveCrowd(entry);
        return end();
      };
    },
  });
}

// With a broker that is gone so is the line, and nobody waits for what this one was granted.
function giveUpIfThere(cell: Cell, slot: number): void {
  try {
    cell.run(giveUp, slot);
  } catch {
    // What the wait failed with says more.
  }
}

/** Stands in line; behind those of this thread that found no slot. */
function comeIn(entry: Pending): void {
  const before = crowded.get(entry.cell);
  if (before !== undefined) {
    before.push(entry);
    return;
  }
  attempt(entry);
  if (entry.slot < 0 && !entry.isOver) crowded.set(entry.cell, [entry]);
}

/** Lets in those who found no slot, as far as there are some now. */
function letIn(cell: Cell): void {
  const waiting = crowded.get(cell);
  while (waiting !== undefined && waiting.length > 0) {
    const [entry] = waiting as [Pending];
    attempt(entry);
    if (entry.slot < 0 && !entry.isOver) return;
    waiting.shift();
  }
  crowded.delete(cell);
}

function leaveCrowd(entry: Pending): void {
  const waiting = crowded.get(entry.cell);
  if (waiting?.includes(entry)) waiting.splice(waiting.indexOf(entry), 1);
}

function attempt(entry: Pending): void {
  try {
    entry.enter();
  } catch (error) {
    entry.fail(error);
  }
}

/** Ends the wait with this number if it was granted; without a number, each that was. */
function hear(wake?: number): void {
  if (wake === undefined) {
    for (const entry of pending.values()) look(entry);
    return;
  }
  const entry = pending.get(wake);
  if (entry) look(entry);
}

function look(entry: Pending): void {
  if (entry.slot < 0) return;
  let state: number;
  try {
    state = entry.collect();
  } catch (error) {
    entry.fail(error);
    return;
  }
  if (state < 0) return;
  entry.settle(state);
  if (crowded.has(entry.cell)) letIn(entry.cell);
}

/** Looks now and then for those who died, and for wake-ups that died with their sender. */
function startTick(): void {
  tickDelay = FIRST_TICK;
  tick ??= setTimeout(onTick, tickDelay).unref();
}

function onTick(): void {
  tick = undefined;
  const cells = new Set<Cell>();
  for (const entry of pending.values()) cells.add(entry.cell);
  for (const cell of cells) if (cell.reaps) cell.run(reap);
  hear();
  for (const cell of crowded.keys()) letIn(cell);
  if (pending.size === 0) return;
  tickDelay = Math.min(tickDelay * 1.5, LAST_TICK);
  tick = setTimeout(onTick, tickDelay).unref();
}

function expire<T>(wait: Wait<T>, timeout: number): T {
  if (wait.expire) return wait.expire(timeout);
  throw new TimeoutError(wait.action, timeout);
}
