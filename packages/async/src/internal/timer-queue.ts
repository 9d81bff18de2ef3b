import { Heap, MAX_TIMER_DELAY } from '@weft/core/lowlevel';

import { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

/** How many empty buckets may lie about before they are thrown away. */
const MOST_EMPTY = 1_000;

/**
 * How finely moments are told apart. Node's timers tick by the millisecond, but at a phase of their own: rounding to
 * whole milliseconds here too would let sleepers wait for two ticks instead of one.
 */
const TICKS_PER_MILLISECOND = 4;

/** Everything due at the same tick: a list of those who sleep, and callbacks. */
class Bucket extends WaitList {
  readonly due: number;
  callbacks: Set<() => void> | undefined = undefined;
  /** Whether it is in the queue. */
  queued = true;

  constructor(due: number) {
    super('to wake up');
    this.due = due;
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
let order = newOrder();
let timer: NodeJS.Timeout | undefined;
let timerDue = Infinity;
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

function newOrder(): Heap<Bucket> {
  return new Heap<Bucket>((a, b) => a.due - b.due);
}

function bucketAt(moment: number): Bucket {
  const due = Math.ceil(moment * TICKS_PER_MILLISECOND) / TICKS_PER_MILLISECOND;
  let bucket = buckets.get(due);
  if (bucket === undefined) {
    bucket = new Bucket(due);
    buckets.set(due, bucket);
    order.push(bucket);
    empty += 1;
  }
  if (due < timerDue && !firing) arm(due);
  return bucket;
}

/** Throws empty buckets away: a timeout far away that is never reached must not stay until then. */
function sweep(): void {
  order = newOrder();
  for (const [due, bucket] of buckets) {
    if (bucket.count > 0) order.push(bucket);
    else {
      bucket.queued = false;
      buckets.delete(due);
    }
  }
  empty = 0;
}

// One native timer serves all, set to the earliest bucket.
function arm(due: number): void {
  clearTimeout(timer);
  timerDue = due;
  timer = setTimeout(fire, Math.min(Math.max(0, Math.ceil(due - performance.now())), MAX_TIMER_DELAY));
  if (waiting === 0) timer.unref();
}

function fire(): void {
  timer = undefined;
  timerDue = Infinity;
  firing = true;
  const now = performance.now();
  for (let next = order.peek(); next !== undefined && (next.due <= now || next.count === 0); next = order.peek()) {
    order.pop();
    buckets.delete(next.due);
    next.queued = false;
    if (next.count === 0) empty -= 1;
    else drain(next);
  }
  firing = false;
  const next = order.peek();
  if (next !== undefined) arm(next.due);
}

function drain(bucket: Bucket): void {
  const { callbacks } = bucket;
  while (bucket.head !== undefined) bucket.head.wake();
  if (callbacks === undefined) return;
  for (const callback of callbacks) {
    callbacks.delete(callback);
    lose(bucket);
    callback();
  }
}
