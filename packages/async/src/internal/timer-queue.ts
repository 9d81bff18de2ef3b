import { Heap, MAX_TIMER_DELAY } from '@weft/core/lowlevel';

import { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

/** How many empty buckets may lie about before they are thrown away. */
const MOST_EMPTY = 1_000;

/**
 * How finely moments are told apart. Node's timers tick by the millisecond, but at a phase of their own: rounding to
 * whole milliseconds here too would let sleepers wait for two ticks instead of one. As counts of ticks moments are
 * whole numbers, which are kept without a box.
 */
const TICKS_PER_MILLISECOND = 16;
/** Some 18,000 years from now: whatever is due later is due then, so that there is a timer for it. */
const LAST_TICK = Number.MAX_SAFE_INTEGER;

/** Everything due at the same tick: a list of those who sleep, and callbacks. */
class Bucket extends WaitList {
  callbacks: Set<() => void> | undefined = undefined;
  /** Whether it is in the queue. */
  queued = true;

  constructor() {
    super('to wake up');
  }

  /** How many sleepers and callbacks there are. */
  get count(): number {
    return this.size + (this.callbacks?.size ?? 0);
  }

  override push(waiter: Waiter): void {
    super.push(waiter);
    gain(this);
  }

  override remove(waiter: Waiter): void {
    if (waiter.list !== this) return;
    super.remove(waiter);
    lose(this);
  }
}

const buckets = new Map<number, Bucket>();
/** The ticks of the buckets. */
let order = newOrder();
let timer: NodeJS.Timeout | undefined;
let timerTick = Infinity;
let firing = false;
/** How many wait: without any, the timer must not keep the process alive. */
let waiting = 0;
/** How many buckets of the queue are empty, since those who waited were stopped. */
let empty = 0;

/** Puts a waiter to sleep until `due`, on the clock of `performance.now()`. It wakes with its payload. */
export function sleepUntil(due: number, waiter: Waiter): void {
  bucketAt(due).push(waiter);
}

/**
 * Calls back once, at `due` on the clock of `performance.now()` or just after.
 *
 * @returns Stops it.
 */
export function callAt(due: number, callback: () => void): () => void {
  const bucket = bucketAt(due);
  bucket.callbacks ??= new Set();
  const once = (): void => callback();
  bucket.callbacks.add(once);
  gain(bucket);
  return () => {
    if (bucket.callbacks?.delete(once)) lose(bucket);
  };
}

function gain(bucket: Bucket): void {
  if (bucket.count === 1) empty -= 1;
  waiting += 1;
  if (waiting === 1) timer?.ref();
}

function lose(bucket: Bucket): void {
  waiting -= 1;
  if (waiting === 0) timer?.unref();
  if (bucket.count > 0 || !bucket.queued) return;
  empty += 1;
  if (empty > MOST_EMPTY && empty * 2 > order.size) sweep();
}

function newOrder(): Heap<number> {
  return new Heap<number>((a, b) => a - b);
}

function bucketAt(moment: number): Bucket {
  const tick = Math.min(Math.ceil(moment * TICKS_PER_MILLISECOND), LAST_TICK);
  let bucket = buckets.get(tick);
  if (bucket === undefined) {
    bucket = new Bucket();
    buckets.set(tick, bucket);
    order.push(tick);
    empty += 1;
  }
  if (tick < timerTick && !firing) arm(tick);
  return bucket;
}

/** Throws empty buckets away: a timeout far away that is never reached must not stay until then. */
function sweep(): void {
  order = newOrder();
  for (const [tick, bucket] of buckets) {
    if (bucket.count > 0) order.push(tick);
    else {
      bucket.queued = false;
      buckets.delete(tick);
    }
  }
  empty = 0;
}

// One native timer serves all, set to the earliest bucket.
function arm(tick: number): void {
  clearTimeout(timer);
  timerTick = tick;
  const delay = Math.ceil(tick / TICKS_PER_MILLISECOND - performance.now());
  timer = setTimeout(fire, Math.min(Math.max(0, delay), MAX_TIMER_DELAY));
  if (waiting === 0) timer.unref();
}

function fire(): void {
  timer = undefined;
  timerTick = Infinity;
  firing = true;
  const now = performance.now() * TICKS_PER_MILLISECOND;
  let tick = order.peek();
  for (; tick !== undefined; tick = order.peek()) {
    const bucket = buckets.get(tick) as Bucket;
    if (tick > now && bucket.count > 0) break;
    order.pop();
    buckets.delete(tick);
    bucket.queued = false;
    if (bucket.count === 0) empty -= 1;
    else drain(bucket);
  }
  firing = false;
  if (tick !== undefined) arm(tick);
}

function drain(bucket: Bucket): void {
  const { callbacks } = bucket;
  while (bucket.head !== undefined) bucket.head.wake();
  if (callbacks === undefined) return;
  for (const callback of callbacks) {
    callbacks.delete(callback);
    lose(bucket);
    try {
      callback();
    } catch (error) {
      // It comes from a wait of somebody else that is cancelled: the other timers are to go on.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
