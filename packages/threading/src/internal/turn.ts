import type { WaitOptions } from '@weft/core';
import { type Waiter, interruptible } from '@weft/core/lowlevel';
import { unwatch, watch } from './bell.ts';
import { type Reporter, waitBegins } from './events.ts';
import { Kind, Node, State } from './layout.ts';
import { Meanwhile } from './meanwhile.ts';
import { freeNode, stateOf } from './nodes.ts';
import { reapNowAndThen } from './reaper.ts';
import { deaths, memory } from './registry.ts';

/** How long a blocking wait may sleep before it looks for threads that died without a word, in milliseconds. */
export const SLICE = 50;

/** Says that a wait ended because its time ran out. */
export const timedOut: unique symbol = Symbol('timed out');

/** What one primitive lets its users wait for. */
export interface Turn<T> {
  /** What is waited for, as an infinitive. */
  readonly action: string;
  readonly reporter: Reporter;
  /** Whether who has it must give it back before another can, so that of two waits of a thread the upper one comes first. */
  readonly isHeld?: boolean;
  /**
   * Takes what is wanted if it is there, or else stands in line.
   *
   * @param kind How this thread will learn of a change.
   * @returns The node that stands in line, or 0 if nothing has to be waited for: then {@link taken} is called.
   */
  enter(kind: number): number;
  /** What the wait gives when nothing had to be waited for. */
  taken(): T;
  /**
   * Takes what was granted, and gives back the node.
   *
   * @returns What the wait gives; `undefined` if somebody was faster, and the node waits on.
   */
  granted(node: number): T | undefined;
  /**
   * Leaves the line and gives back the node. Answers `false` if the wait was granted before, or will be in any case. One that
   * was told of something and gives that up answers `true` and keeps the node, which still says so.
   */
  leave(node: number): boolean;
  /** Gives back what an awaiting wait was granted that is left just then; left out where nothing has to be given back. */
  release?(): void;
  /** Looks whether what is waited for is in the hands of the dead, and passes it on. */
  recheck(): void;
}

interface Blocked {
  readonly turn: Turn<unknown>;
  node: number;
}

// The waits in which this thread blocks: what it does meanwhile may block as well, and must end before those below go on.
const blocked: Blocked[] = [];

/** Blocks until it is this thread's turn. */
export function blockFor<T>(turn: Turn<T>, timeout: number): T | typeof timedOut {
  const end = timeout === Infinity ? Infinity : performance.now() + timeout;
  const inherited = turn.isHeld === true ? takeFromBelow(turn) : undefined;
  if (inherited !== undefined) return inherited;
  const wait: Blocked = { turn, node: turn.enter(Kind.Spinning) };
  if (wait.node === 0) return turn.taken();
  const over = waitBegins(turn.reporter, turn.action, true);
  blocked.push(wait);
  try {
    const outcome = blockIn(turn, wait, end);
    over?.(outcome === timedOut ? 'timeout' : 'granted');
    return outcome;
  } finally {
    blocked.pop();
  }
}

function blockIn<T>(turn: Turn<T>, wait: Blocked, deadline: number): T | typeof timedOut {
  let end = deadline;
  for (;;) {
    const inTime = sleep(wait, end, turn);
    if (wait.node === 0) {
      wait.node = turn.enter(Kind.Spinning);
      if (wait.node === 0) return turn.taken();
    } else if (inTime || !turn.leave(wait.node)) {
      const value = turn.granted(wait.node);
      if (value !== undefined) return value;
      if (!inTime) end = Infinity;
    } else return timedOut;
  }
}

// Takes the waits below for the same thing out of the line, since nobody would give back what they were granted; they stand
// in line again when it is their turn to go on. What one has been granted already goes to the wait above.
function takeFromBelow<T>(turn: Turn<T>): T | undefined {
  for (const wait of blocked) {
    if (wait.turn !== turn || wait.node === 0) continue;
    const { node } = wait;
    wait.node = 0;
    if (!turn.leave(node)) return turn.granted(node);
  }
  return undefined;
}

/** Whether this thread blocks for something further down, and has been granted it. */
export function isGrantedBelow(turn: Turn<unknown>): boolean {
  return blocked.some((wait) => wait.turn === turn && wait.node !== 0 && stateOf(wait.node) === State.Granted);
}

/** Waits until it is the caller's turn, as its options allow. */
export function awaitFor<T>(turn: Turn<T>, options: WaitOptions, onTimeout?: (timeout: number) => T): Promise<T> {
  return interruptible<T>(options, {
    action: turn.action,
    begin: (waiter) => begin(turn, waiter),
    ...(onTimeout && { onTimeout }),
  });
}

/** Waits until it is the caller's turn, whatever happens meanwhile. */
export function awaitFirmly<T>(turn: Turn<T>): Promise<T> {
  return new Promise((resolve, reject) => void begin(turn, { resolve, reject }));
}

function begin<T>(turn: Turn<T>, waiter: Waiter<T>): () => boolean {
  const node = turn.enter(Kind.Awaiting);
  if (node === 0) {
    waiter.resolve(turn.taken());
    return () => false;
  }
  const over = waitBegins(turn.reporter, turn.action, false);
  const onWake = (): void => {
    try {
      const value = turn.granted(node);
      if (value === undefined) {
        watch(node, watcher);
        return;
      }
      over?.('granted');
      waiter.resolve(value);
    } catch (error) {
      waiter.reject(error);
    }
  };
  const watcher = { onWake, recheck: () => turn.recheck() };
  watch(node, watcher);
  return () => {
    if (turn.leave(node)) {
      if (stateOf(node) === State.Free) unwatch(node);
      // Its bell was rung, or will be: that has to be heard before the node is used again.
      else watch(node, { onWake: () => freeNode(node), recheck: () => {} });
    } else if (turn.release === undefined) return false;
    else releaseLater(turn, node);
    over?.('withdrawn');
    return true;
  };
}

// A task that is cancelled would drop what it was granted at that moment and never saw.
function releaseLater(turn: Turn<unknown>, node: number): void {
  const onWake = (): void => {
    if (turn.granted(node) === undefined) releaseLater(turn, node);
    else turn.release?.();
  };
  watch(node, { onWake, recheck: () => turn.recheck() });
}

// Sleeps until the node says something else than Waiting, or stands in no line any more; answers false when time has run
// out.
function sleep(wait: Blocked, end: number, turn: Turn<unknown>): boolean {
  const { node } = wait;
  if (spin(node)) return true;
  // Pairs with the load of Kind in wake: it is written before the state is looked at again.
  Atomics.store(memory, node + Node.Kind, Kind.Sleeping);
  let seen = -1;
  const meanwhile = new Meanwhile(SLICE);
  for (;;) {
    const rest = end - performance.now();
    if (rest > 0) Atomics.wait(memory, node + Node.State, State.Waiting, Math.min(meanwhile.slice, rest));
    if (stateOf(node) !== State.Waiting) break;
    if (rest <= 0) return false;
    meanwhile.serve();
    if (wait.node === 0) return true;
    reapNowAndThen();
    if (deaths() === seen) continue;
    seen = deaths();
    turn.recheck();
  }
  Atomics.store(memory, node + Node.Kind, Kind.Spinning);
  return true;
}

// To sleep and be woken takes about as long as this, so that two threads in step stay awake, and fall in step again.
const LONG_SPIN = 0.08;
const SHORT_SPIN = 0.002;
const FULL_TRUST = 8;
const RETRY = 16;
let trust = FULL_TRUST;
let shortSpins = 0;

// Spins for long as long as that pays: not where there are more busy threads than processors.
function spin(node: number): boolean {
  const long = trust > 0 || ++shortSpins % RETRY === 0;
  const end = performance.now() + (long ? LONG_SPIN : SHORT_SPIN);
  do {
    for (let looks = 0; looks < 50; looks += 1) {
      if (stateOf(node) === State.Waiting) continue;
      trust = Math.min(trust + 1, FULL_TRUST);
      return true;
    }
  } while (performance.now() < end);
  if (long) trust = Math.max(trust - 1, 0);
  return false;
}
