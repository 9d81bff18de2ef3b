import type { ResourceLimits } from 'node:worker_threads';
import {
  type Body,
  type Packed,
  type Target,
  type TargetReference,
  asTransferError,
  describeTarget,
  pack,
  refuseMoves,
} from '@weft/core/lowlevel';
import type { Task, Transport, TransportEvents, Usage } from '@weft/core/scheduler';
import { Flag, type Mailed, TARGET_SHIFT, bodyOf, encode } from './pool-codec.ts';
import { bufferOver, copyBytes, moveHere } from './pool-bytes.ts';
import { ARENA_LIMIT, type Board, Seat as Word, makeBoard } from './pool-layout.ts';
import { serveMeanwhile } from './meanwhile.ts';
import { tellOfEnd } from './pool-death.ts';
import { OwnerLoop } from './pool-owner-loop.ts';
import { PoolSeat } from './pool-seat.ts';
import { Sleepers } from './pool-sleepers.ts';
import { Submissions, goesAsBytes, goesByPort } from './pool-submissions.ts';
import { reap } from './reaper.ts';

/** What a pool of threads is, besides what its scheduler has to know. */
export interface PoolThreads {
  readonly name: string;
  readonly maxWorkers: number;
  readonly concurrency: number;
  readonly maxTasksPerWorker: number;
  readonly idleTimeout: number;
  readonly maxMemory: number;
  readonly initializer: Target | undefined;
  readonly initargs: readonly unknown[];
  readonly resourceLimits: ResourceLimits | undefined;
}

/** How many tasks wait in the ring while some have a priority: as many are taken back when a higher one comes. */
const AHEAD = 64;
/** How long a blocked owner sleeps before it looks whether a worker died, in milliseconds. */
const SLICE = 50;
/** A worker whose tasks take longer than this is no reason not to wake another, in nanoseconds. */
const SLOW = 20_000;
/** Where tasks take longer than this, each gets a worker of its own at once, in nanoseconds. */
const LONG = 1_000_000;

/** The function before the first: nobody else has it. */
const nothing = (): void => {};

/** Carries the tasks of a pool to worker threads through shared memory. */
export class ThreadTransport implements Transport {
  streams = 0;
  readonly ahead = AHEAD;
  readonly #events: TransportEvents;
  readonly #threads: PoolThreads;
  readonly #board: Board;
  readonly #submissions: Submissions;
  readonly #sleepers: Sleepers;
  readonly #loop: OwnerLoop;
  readonly #stopServing: () => void;
  readonly #seats: (PoolSeat | undefined)[] = [];
  readonly #numbers = new WeakMap<Target, number>();
  readonly #targets: TargetReference[] = [];
  readonly #initializer: TargetReference | undefined;
  readonly #initargs: Packed;
  #busyBefore = 0;
  #last: Target = nothing;
  #lastNumber = 0;

  constructor(events: TransportEvents, threads: PoolThreads) {
    this.#events = events;
    this.#threads = threads;
    this.#initializer = threads.initializer && describeTarget(threads.initializer);
    this.#initargs = packForAll(threads.initargs);
    this.#board = makeBoard(threads.maxWorkers, threads.concurrency);
    this.#submissions = new Submissions(this.#board, (id) => events.find(id));
    this.#sleepers = new Sleepers(this.#board, (seat) => this.#seats[seat]?.port.postMessage(0));
    this.#loop = new OwnerLoop(this.#board, this.#submissions, this.#sleepers, this.#seats, () => events.turn());
    this.#stopServing = serveMeanwhile(() => this.#loop.serve());
  }

  prepare(task: Task, target: Target, args: readonly unknown[], moved: readonly object[] | undefined): void {
    task.target = target === this.#last ? this.#lastNumber : this.#numberOf(target);
    if (args.length === 1 && moved === undefined) {
      encode(task, args[0], 'args[0]', undefined, ARENA_LIMIT);
    } else if (args.length > 0) {
      encode(task, args, 'args', moved);
      task.kind |= Flag.Spread;
    }
    if (goesByPort(task) && !(task.payload as Mailed).own) task.payload = makeOwn(task.payload as Mailed, args);
  }

  offer(task: Task): boolean {
    if (task.bound) {
      this.#deliver(task);
      return true;
    }
    if (!this.#submissions.write(task)) return false;
    this.#loop.start();
    this.#wakeForMore();
    return true;
  }

  keep(task: Task): void {
    if (goesAsBytes(task)) task.payload = copyBytes(bufferOver(task.payload as Uint8Array));
  }

  withdraw(task: Task): boolean {
    return !task.bound && this.#submissions.withdraw(task);
  }

  recall(): Task[] {
    return this.#submissions.recall();
  }

  hasStarted(task: Task): boolean {
    return task.bound || this.#submissions.isClaimed(task);
  }

  interrupt(task: Task, reason: unknown): void {
    const seat = task.seat >= 0 ? this.#seats[task.seat] : this.#seats.find((one) => one?.runs().includes(task.id));
    seat?.abort(task.id, reason);
  }

  startWorker(seat: number): void {
    const { name, ...threads } = this.#threads;
    this.#seats[seat] = new PoolSeat(this.#board, this.#sleepers, {
      ...threads,
      seat,
      name: `${name}_${seat}`,
      targets: this.#targets,
      initializer: this.#initializer,
      initargs: this.#initargs,
      events: this.#events,
      onBell: () => this.#loop.wake(),
      onWanted: (id) => this.#sendArguments(seat, id),
      onStreams: (change) => {
        this.streams += change;
      },
      onEnd: () => this.#vacate(seat),
    });
    this.#loop.start();
  }

  stopWorker(seat: number): void {
    this.#seats[seat]?.stop();
  }

  killWorker(seat: number): void {
    this.#seats[seat]?.kill();
  }

  usage(): Usage {
    let running = 0;
    let busy = 0;
    let busyTime = this.#busyBefore;
    for (const seat of this.#seats) {
      if (seat === undefined) continue;
      const runs = seat.runs().filter((id) => this.#events.find(id) !== undefined).length;
      running += runs;
      if (runs > 0) busy += 1;
      busyTime += seat.busyTime(runs > 0);
    }
    return { running, busy, busyTime };
  }

  waitSync(limit: number): void {
    if (!this.#loop.block(Math.min(limit, SLICE))) reap();
  }

  close(): void {
    this.#stopServing();
    this.#loop.close();
  }

  #deliver(task: Task): void {
    const seat = this.#seats[task.seat];
    const kind =
      (task.target << TARGET_SHIFT) |
      task.kind |
      (task.submitted > 0 ? Flag.Timed : 0) |
      (task.watched ? Flag.Watched : 0);
    seat?.deliver(task, kind);
    this.#loop.start();
  }

  #sendArguments(seat: number, id: number): void {
    const task = this.#events.find(id);
    if (task === undefined) return;
    const { body, transfer } = task.payload as Mailed;
    try {
      this.#seats[seat]?.post({ args: id, body }, transfer as never);
    } catch (error) {
      this.#seats[seat]?.post({ args: id });
      this.#events.failed(id, asTransferError(error, bodyOf(body).v, 'args'));
    }
  }

  #numberOf(target: Target): number {
    let number = this.#numbers.get(target);
    if (number === undefined) {
      const reference = describeTarget(target);
      number = this.#targets.push(reference) - 1;
      this.#numbers.set(target, number);
      for (const seat of this.#seats) seat?.post({ target: number, reference });
    }
    this.#last = target;
    this.#lastNumber = number;
    return number;
  }

  // Workers whose tasks are short look after the backlog themselves. Past that one looks for all, as a wake-up costs
  // more than a short task; for long tasks that would start them one after the other.
  #wakeForMore(): void {
    if (!this.#sleepers.any) return;
    const shortest = this.#shortestTask();
    if (shortest >= LONG && shortest !== Infinity) this.#sleepers.wakeOne();
    else if (shortest >= SLOW) this.#sleepers.wakeSearcher();
  }

  // What tasks take, in nanoseconds, where a worker is awake that is through with them first.
  #shortestTask(): number {
    const { words } = this.#board;
    let shortest = Infinity;
    for (let seat = 0; seat < this.#seats.length; seat += 1) {
      if (!this.#seats[seat]?.ready || (this.#sleepers.idleMask(seat >> 5) & (1 << (seat & 31))) !== 0) continue;
      const estimate = words[this.#board.seatAt(seat) + Word.Estimate] as number;
      if (estimate < SLOW) return estimate;
      shortest = Math.min(shortest, estimate);
    }
    return shortest;
  }

  #vacate(seat: number): void {
    const gone = this.#seats[seat];
    if (gone === undefined) return;
    gone.drain();
    this.#seats[seat] = undefined;
    this.#busyBefore += gone.busyTime(false);
    this.#sleepers.forget(seat);
    const running = gone.runs().filter((id) => this.#events.find(id) !== undefined);
    const unread = this.#submissions.reclaim(seat);
    const ran = running.filter((id) => !unread.includes(id));
    const unstarted = [...unread, ...gone.undelivered().filter((id) => !running.includes(id))];
    const exit = gone.exit();
    // Where no task is there to fail with what ended it.
    if (ran.length === 0 && exit !== undefined) tellOfEnd(exit, gone.child.ident, `${this.#threads.name}_${seat}`);
    this.#events.exited(seat, ran, unstarted, exit);
    if (this.#submissions.backlog > 0) this.#sleepers.wakeSearcher();
  }
}

// Every worker gets them, so that nothing in them can move.
function packForAll(initargs: readonly unknown[]): Packed {
  refuseMoves(initargs, 'initargs');
  const packed = pack(initargs, 'thread', 'initargs');
  try {
    structuredClone(packed.body);
  } catch (error) {
    throw asTransferError(error, packed.body.v, 'initargs');
  }
  return packed;
}

// What crosses is what there is at the call: what moves is empty from now on, and what cannot cross is said here.
function makeOwn({ body, transfer }: Mailed, args: readonly unknown[]): Mailed {
  const { v, s } = body as Body;
  try {
    const moved = s === undefined ? moveHere(v, transfer) : undefined;
    if (moved !== undefined) return { body: { v: moved.value }, transfer: moved.buffers, own: true };
    return structuredClone({ body, transfer, own: true }, { transfer: transfer as never });
  } catch (error) {
    throw asTransferError(error, args, 'args');
  }
}
