import { Heap, MAX_TIMER_DELAY } from '@weft/core/lowlevel';

import { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

/** Everything due in the same millisecond. */
class Bucket {
  readonly due: number;
  readonly sleepers: WaitList = new Sleepers('to wake up');
  callbacks: Set<() => void> | undefined = undefined;

  constructor(due: number) {
    this.due = due;
  }

  get empty(): boolean {
    return this.sleepers.head === undefined && (this.callbacks === undefined || this.callbacks.size === 0);
  }
}

class Sleepers extends WaitList {
  override push(waiter: Waiter): void {
    super.push(waiter);
    gain();
  }

  override remove(waiter: Waiter): void {
    if (waiter.list !== this) return;
    super.remove(waiter);
    lose();
  }
}

const buckets = new Map<number, Bucket>();
const order = new Heap<Bucket>((a, b) => a.due - b.due);
let timer: NodeJS.Timeout | undefined;
let timerDue = Infinity;
let firing = false;
/** How many wait: without any, the timer must not keep the process alive. */
let waiting = 0;

/** Puts a waiter to sleep until `due`, on the clock of `performance.now()`. It wakes with its payload. */
export function sleepUntil(due: number, waiter: Waiter): void {
  bucketAt(Math.ceil(due)).sleepers.push(waiter);
}

/**
 * Calls back once, at `due` on the clock of `performance.now()` or just after.
 *
 * @returns Stops it.
 */
export function callAt(due: number, callback: () => void): () => void {
  const bucket = bucketAt(Math.ceil(due));
  bucket.callbacks ??= new Set();
  const once = (): void => callback();
  bucket.callbacks.add(once);
  gain();
  return () => {
    if (bucket.callbacks?.delete(once)) lose();
  };
}

function gain(): void {
  waiting += 1;
  if (waiting === 1) timer?.ref();
}

function lose(): void {
  waiting -= 1;
  if (waiting === 0) timer?.unref();
}

function bucketAt(due: number): Bucket {
  let bucket = buckets.get(due);
  if (bucket === undefined) {
    bucket = new Bucket(due);
    buckets.set(due, bucket);
    order.push(bucket);
  }
  if (due < timerDue && !firing) arm(due);
  return bucket;
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
  for (let bucket = order.peek(); bucket !== undefined && (bucket.due <= now || bucket.empty); bucket = order.peek()) {
    order.pop();
    buckets.delete(bucket.due);
    drain(bucket);
  }
  firing = false;
  const next = order.peek();
  if (next !== undefined) arm(next.due);
}

function drain({ sleepers, callbacks }: Bucket): void {
  while (sleepers.head !== undefined) sleepers.head.wake();
  if (callbacks === undefined) return;
  for (const callback of callbacks) {
    callbacks.delete(callback);
    lose();
    callback();
  }
}
