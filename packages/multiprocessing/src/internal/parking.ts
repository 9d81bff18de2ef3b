import type { Channel } from 'node:diagnostics_channel';
import { type WaitOptions, TimeoutError } from '@weft/core';
import { checkTimeout, interruptible, keepAlive } from '@weft/core/lowlevel';
import { ASLEEP, NO_WAIT, QUEUED } from './cell-memory.ts';
import type { Cell, Operation } from './cell.ts';
import type { WaitMessage } from './diagnostics.ts';
import { openDoorbell } from './doorbell.ts';
import { WAITING } from './layout.ts';
import type { Message } from './message-store.ts';
import { setEars } from './parking-ears.ts';
import { collect, reap, withdraw } from './operations/waits.ts';

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
  /** What the wait gives when time runs out; an error if left out. */
  readonly expire?: (timeout: number) => T;
}

interface Pending {
  readonly cell: Cell;
  /** Negative until a slot comes free. */
  slot: number;
  retry(this: void): void;
  collect(this: void): number;
  settle(this: void, state: number): void;
}

const FIRST_TICK = 5;
const LAST_TICK = 40;
const FIRST_NAP = 2;
const LAST_NAP = 20;
const CROWDED_NAP = 1;

const pending = new Map<number, Pending>();
const napping = new Int32Array(new SharedArrayBuffer(4));
let lastWake = 0;
let tick: NodeJS.Timeout | undefined;
let tickDelay = FIRST_TICK;

/** Waits without blocking the thread. Nothing is taken if the wait is left. */
export function park<T>(options: WaitOptions, wait: Wait<T>): Promise<T> {
  try {
    const timeout = checkTimeout(options.timeout);
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
  const timeout = checkTimeout(options.timeout);
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
    const state = cell.run(wait.collect ?? collect, slot, NO_WAIT, wait.message);
    if (state >= 0) return wait.finish(state);
    if (rest <= 0 && cell.run(wait.leave ?? withdraw, slot) === 1) return expire(wait, timeout);
    // A dead holder wakes nobody, and a wake-up dies with the one who was about to send it.
    if (cell.reaps) cell.run(reap);
    nap = Math.min(nap * 2, LAST_NAP);
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
      const settle = (state: number): void => {
        pending.delete(wake);
        letGo();
        try {
          waiter.resolve(wait.finish(state));
        } catch (error) {
          waiter.reject(error);
        }
      };
      const enter = (): void => {
        const state = cell.run(begin, value, wake, wait.message);
        if (state >= 0 || state <= QUEUED) wait.entered?.();
        if (state >= 0) settle(state);
        else if (state <= QUEUED) entry.slot = QUEUED - state;
      };
      const entry: Pending = {
        cell,
        slot: -1,
        retry: enter,
        collect: () => cell.run(wait.collect ?? collect, entry.slot, NO_WAIT, wait.message),
        settle,
      };
      pending.set(wake, entry);
      try {
        if (cell.reaps) openDoorbell(hear);
        else setEars(hear);
        enter();
      } catch (error) {
        pending.delete(wake);
        letGo();
        throw error;
      }
      startTick();
      return () => {
        if (!pending.has(wake)) return false;
        if (entry.slot >= 0 && cell.run(wait.leave ?? withdraw, entry.slot) !== 1) {
          queueMicrotask(() => hear(wake));
          return false;
        }
        pending.delete(wake);
        letGo();
        return true;
      };
    },
  });
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
  if (entry.slot < 0) {
    entry.retry();
    return;
  }
  const state = entry.collect();
  if (state >= 0) entry.settle(state);
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
  if (pending.size === 0) return;
  tickDelay = Math.min(tickDelay * 1.5, LAST_TICK);
  tick = setTimeout(onTick, tickDelay).unref();
}

function expire<T>(wait: Wait<T>, timeout: number): T {
  if (wait.expire) return wait.expire(timeout);
  throw new TimeoutError(wait.action, timeout);
}

function observed<T>(wait: Wait<T>, promise: Promise<T>): Promise<T> {
  publish(wait, 'wait-begin');
  return promise.finally(() => publish(wait, 'wait-end'));
}

function observedSync<T>(wait: Wait<T>, body: () => T): T {
  if (!wait.events.hasSubscribers) return body();
  publish(wait, 'wait-begin');
  try {
    return body();
  } finally {
    publish(wait, 'wait-end');
  }
}

function publish(wait: Wait<unknown>, event: WaitMessage['event']): void {
  wait.events.publish({ event, subject: wait.subject, action: wait.action } satisfies WaitMessage);
}
