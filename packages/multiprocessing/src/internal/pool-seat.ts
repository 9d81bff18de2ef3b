import { MAX_TIMER_DELAY } from '@weft/core/lowlevel';
import type { Task, WorkerExit } from '@weft/core/scheduler';
import type { Boxes } from './channel-parcels.ts';
import { nameOfExitcode } from './exit-status.ts';
import type { WorkerLink } from './pool-link.ts';

/** How long a worker may stay that handles SIGTERM, in milliseconds. */
const TERM_GRACE = 2000;

/** The longest payload that is kept, in bytes or numbers. */
const MAX_KEPT = 65_536;
/** How often a task is given to another worker because one has died. */
const MAX_MOVES = 3;

/** How many boxes a worker is lent for its results, at most. */
const MAX_LENT = 8;

/** The most calls that one worker is given ahead. */
export const MAX_WINDOW = 1024;

/** A worker of a pool, as the pool sees it. */
export interface Seat {
  readonly link: WorkerLink;
  /** Whether it is initialised and lives, and may be given calls. */
  isReady: boolean;
  /** Whether it ever was. */
  wasReady: boolean;
  /** Whether it was told that no more comes. */
  isFinishing: boolean;
  /** Whether this process ended it on purpose. */
  wasKilled: boolean;
  /** How many calls it was given and has not answered. */
  inFlight: number;
  /** How many calls it was given. */
  given: number;
  /** How many unanswered calls it may have, as the slowest of them bids. */
  window: number;
  /** Why it could not be initialised. */
  refusal: { readonly cause: unknown } | undefined;
  stopIdling: (() => void) | undefined;
  /** The boxes that it looks into, and those that were lent to it for results. */
  readonly boxes: Set<string>;
  readonly lent: Set<string>;
}

/** A worker that has just been started. */
export function newSeat(link: WorkerLink): Seat {
  return {
    link,
    isReady: false,
    wasReady: false,
    isFinishing: false,
    wasKilled: false,
    inFlight: 0,
    given: 0,
    window: MAX_WINDOW,
    refusal: undefined,
    stopIdling: undefined,
    boxes: new Set(),
    lent: new Set(),
  };
}

/**
 * Whether a payload is kept while its task is with a worker, for another one if that dies before it begins the task. What
 * is in a box goes with the worker.
 */
export function isSmall(payload: unknown): boolean {
  if (typeof payload !== 'object') return true;
  return (Buffer.isBuffer(payload) || Array.isArray(payload)) && payload.length <= MAX_KEPT;
}

/**
 * Tells the tasks of a dead worker apart, as ids: those that it may have begun, and those that another one may be given.
 *
 * @param begun How many it had begun since its start, modulo 2^32; `undefined` if nobody knows.
 */
export function partition(inFlight: readonly Task[], begun: number | undefined): [ran: number[], unstarted: number[]] {
  const ran: number[] = [];
  const unstarted: number[] = [];
  for (const task of inFlight) {
    // A worker that dies before it comes to a task may do so because of it.
    const mayGoOn = begun !== undefined && ((task.slot - begun) | 0) > 0 && task.size < MAX_MOVES;
    if (mayGoOn && task.payload !== undefined) unstarted.push(task.id);
    else ran.push(task.id);
    task.size += 1;
  }
  return [ran, unstarted];
}

/** Lends a worker a box for results of that size, if it may have one more. */
export function lend(seat: Seat | undefined, boxes: Boxes, size: number): void {
  if (seat === undefined || seat.isFinishing || seat.lent.size >= MAX_LENT) return;
  const box = boxes.takeOrMake(size);
  if (box === undefined) return;
  seat.lent.add(box.segment.name);
  seat.link.lend(box.segment.name);
}

/** Lets a worker end when its calls are over. */
export function finish(seat: Seat): void {
  if (seat.isFinishing) return;
  seat.isFinishing = true;
  seat.link.finish();
}

/** Lets a worker end if it has nothing to do for so many milliseconds. */
export function idle(seat: Seat, limit: number): void {
  if (limit === Infinity || seat.isFinishing) return;
  seat.stopIdling?.();
  const timer = setTimeout(() => finish(seat), Math.min(limit, MAX_TIMER_DELAY)).unref();
  seat.stopIdling = () => clearTimeout(timer);
}

/** Ends a worker with SIGTERM. One that handles the signal ends when its calls are over, or is killed after a while. */
export function terminate(seat: Seat): void {
  const { process } = seat.link;
  process.terminate();
  finish(seat);
  seat.stopIdling?.();
  const timer = setTimeout(() => process.kill(), TERM_GRACE).unref();
  seat.stopIdling = () => clearTimeout(timer);
}

/** Says why a worker is gone, if it was neither sent away nor ended from here. */
export function whyItLeft(seat: Seat, lost: number, exitcode: number, unready: boolean): WorkerExit | undefined {
  if (seat.refusal !== undefined) return { what: 'could not be initialised', cause: seat.refusal.cause, unready: true };
  if (seat.wasKilled || (seat.isFinishing && lost === 0)) return undefined;
  const end =
    exitcode < 0
      ? `was ended by ${nameOfExitcode(exitcode)} (exit code ${exitcode})`
      : `ended with ${nameOfExitcode(exitcode)}`;
  return { what: seat.wasReady ? end : `${end} before it was ready`, unready };
}

/** Finds the worker with the fewest calls before it that may have one more; answers -1 if there is none. */
export function findRoom(seats: readonly (Seat | undefined)[], window: number): number {
  let best = -1;
  let fewest = MAX_WINDOW;
  for (let at = 0; at < seats.length; at += 1) {
    const seat = seats[at];
    if (seat === undefined || seat.inFlight >= fewest || !hasRoom(seat, window)) continue;
    if (seat.inFlight === 0) return at;
    best = at;
    fewest = seat.inFlight;
  }
  return best;
}

/** How many calls are with the workers. */
export function callsOf(seats: readonly (Seat | undefined)[]): number {
  let calls = 0;
  for (const seat of seats) if (seat !== undefined) calls += seat.inFlight;
  return calls;
}

/** How many calls run, and how many workers are busy. */
export function usageOf(seats: readonly (Seat | undefined)[], concurrency: number): { running: number; busy: number } {
  let running = 0;
  let busy = 0;
  for (const seat of seats) {
    if (seat === undefined || seat.inFlight === 0) continue;
    running += Math.min(seat.inFlight, concurrency);
    busy += 1;
  }
  return { running, busy };
}

function hasRoom(seat: Seat, window: number): boolean {
  return seat.isReady && !seat.isFinishing && seat.inFlight < (seat.inFlight === 0 ? 1 : Math.min(seat.window, window));
}
