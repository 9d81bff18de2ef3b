import { availableParallelism } from 'node:os';
import type { Target } from '@weft/core';
import { type TargetReference, describeTarget, emptyMoved } from '@weft/core/lowlevel';
import type { Task, Transport, TransportEvents, Usage, WorkerLimits } from '@weft/core/scheduler';
import type { Process } from '../process.ts';
import { Boxes, Parcel } from './channel-parcels.ts';
import type { InitialArguments } from './initial-arguments.ts';
import { prepareCall } from './pool-call.ts';
import { type LinkEvents, WorkerLink } from './pool-link.ts';
import { Pace } from './pool-pace.ts';
import { Patience } from './pool-patience.ts';
import { BOXED, type CallKind, Order, type WorkerOptions } from './pool-protocol.ts';
import {
  type Seat,
  callsOf,
  findRoom,
  finish,
  idle,
  isSmall,
  lend,
  newSeat,
  partition,
  terminate,
  usageOf,
  whyItLeft,
} from './pool-seat.ts';
import { encodeValue } from './pool-values.ts';

const SLOT_MASK = 0xffff;

/** What the workers of a pool are. */
export interface CrewOptions extends Omit<WorkerOptions, 'initargs'> {
  initargs: InitialArguments;
  /** Gives the next worker's name. */
  nextName(): string;
  /** Whether they are daemons, which may not have children. */
  daemon: boolean;
}

/** Reaches workers that are processes: each has a socket, on which what is asked of it in one turn goes out at once. */
export class ProcessTransport implements Transport {
  /** A process gives no streams. */
  readonly streams = 0;
  readonly #events: TransportEvents;
  readonly #limits: WorkerLimits;
  readonly #crew: CrewOptions;
  readonly #seats: (Seat | undefined)[] = [];
  /** The tasks that are with a worker, by the lower bits of their ids. */
  readonly #tasks: (Task | undefined)[] = [];
  readonly #targets: TargetReference[] = [];
  readonly #targetNumbers = new Map<TargetReference, number>();
  readonly #pace = new Pace();
  readonly #boxes = new Boxes();
  /** How workers that must end at once are ended. */
  endSignal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL';
  /** How many workers in a row were ended by a signal before they were ready. */
  #stillborn = 0;
  readonly #patience = new Patience(availableParallelism());
  #busyTime = 0;
  #isFlushDue = false;

  constructor(limits: WorkerLimits, events: TransportEvents, crew: CrewOptions) {
    this.#events = events;
    this.#limits = limits;
    this.#crew = crew;
  }

  /** The worker processes that live. */
  get processes(): Process[] {
    return this.#seats.flatMap((seat) => (seat === undefined ? [] : [seat.link.process]));
  }

  prepare(task: Task, target: Target, args: readonly unknown[], moved: readonly object[] | undefined): void {
    task.target = this.#numberOf(describeTarget(target));
    prepareCall(task, args, this.#boxes);
    if (moved !== undefined) emptyMoved(moved, 'args');
  }

  offer(task: Task): boolean {
    const { concurrency } = this.#limits;
    const window = task.watched ? concurrency : Math.max(concurrency, this.#pace.windowOf(task.target));
    const number = task.bound ? task.seat : findRoom(this.#seats, window);
    const seat = this.#seats[number];
    if (seat === undefined) return false;
    this.#give(task, seat, number, window);
    return true;
  }

  withdraw(_task: Task): boolean {
    return false;
  }

  recall(): Task[] {
    return [];
  }

  hasStarted(task: Task): boolean {
    return this.#tasks[task.id & SLOT_MASK] === task;
  }

  interrupt(task: Task, reason: unknown): void {
    this.#seats[task.seat]?.link.interrupt(task.id, reason);
  }

  startWorker(number: number): void {
    const { initializer, initargs, concurrency, daemon } = this.#crew;
    try {
      const link = new WorkerLink(
        this.#crew.nextName(),
        daemon,
        { initializer, initargs: initargs.encode(), concurrency },
        this.#eventsOf(number),
      );
      const seat = newSeat(link);
      this.#seats[number] = seat;
      for (const target of this.#targets) link.define(target);
      link.flush();
    } catch (cause) {
      setImmediate(() => this.#events.exited(number, [], [], { what: 'could not be started', cause, unready: true }));
    }
  }

  stopWorker(number: number): void {
    const seat = this.#seats[number];
    if (seat !== undefined) finish(seat);
  }

  killWorker(number: number): void {
    const seat = this.#seats[number];
    if (seat === undefined) return;
    seat.wasKilled = true;
    if (this.endSignal === 'SIGTERM') terminate(seat);
    else seat.link.process.kill();
  }

  usage(): Usage {
    return { ...usageOf(this.#seats, this.#limits.concurrency), busyTime: this.#busyTime };
  }

  close(): void {
    this.#boxes.close();
    this.#tasks.length = 0;
  }

  #numberOf(reference: TargetReference): number {
    const known = this.#targetNumbers.get(reference);
    if (known !== undefined) return known;
    const number = this.#targets.push(reference) - 1;
    this.#targetNumbers.set(reference, number);
    for (const seat of this.#seats) seat?.link.define(reference);
    this.#flushSoon();
    return number;
  }

  #give(task: Task, seat: Seat, number: number, window: number): void {
    seat.window = seat.inFlight === 0 ? window : Math.min(seat.window, window);
    seat.inFlight += 1;
    seat.given += 1;
    task.seat = number;
    task.slot = seat.given | 0;
    this.#tasks[task.id & SLOT_MASK] = task;
    seat.stopIdling?.();
    seat.stopIdling = undefined;
    // From now on several may be on their way.
    if (seat.given === 2) seat.link.makeHatches(1);
    const { kind, target, id, payload, watched } = task;
    if (typeof payload === 'string') seat.link.callText(target, id, payload, watched);
    else if (payload instanceof Parcel) this.#send(payload, task, seat);
    else if (kind === Order.MapNumbers) seat.link.mapNumbers(target, id, payload as number[]);
    else if (kind !== Order.CallNumbers) seat.link.call(kind as CallKind, target, id, payload as Buffer, watched);
    else if (watched) seat.link.call(Order.Call, target, id, encodeValue(payload, 'args[0]'), watched);
    else seat.link.callNumber(target, id, payload as number);
    if (!isSmall(payload)) task.payload = undefined;
    if (seat.given >= this.#limits.maxTasksPerWorker) finish(seat);
    this.#flushSoon();
  }

  #send(parcel: Parcel, { kind, target, id, watched }: Task, seat: Seat): void {
    const waybill = parcel.send();
    seat.boxes.add(waybill.name);
    seat.link.call((kind | BOXED) as CallKind, target, id, Buffer.from(JSON.stringify(waybill)), watched);
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      const look = this.#patience.sent(callsOf(this.#seats), performance.now());
      for (const seat of this.#seats) seat?.link.flush(look, seat.given);
    });
  }

  #eventsOf(number: number): LinkEvents {
    let answered = 0;
    let last = 0;
    const timed: Task[] = [];
    const answer = (id: number): boolean => {
      const task = this.#tasks[id & SLOT_MASK];
      const seat = this.#seats[number];
      if (task?.id !== id || seat === undefined) return false;
      this.#tasks[id & SLOT_MASK] = undefined;
      seat.inFlight -= 1;
      answered += 1;
      last = task.target;
      if (task.submitted !== 0) timed.push(task);
      return true;
    };
    return {
      ready: () => {
        const seat = this.#seats[number] as Seat;
        seat.isReady = true;
        seat.wasReady = true;
        this.#stillborn = 0;
        idle(seat, this.#limits.idleTimeout);
        this.#events.ready(number);
      },
      notReady: (cause) => {
        const seat = this.#seats[number] as Seat;
        seat.refusal = { cause };
        seat.link.process.kill();
      },
      progress: (id, value) => this.#events.progressed(id, value),
      started: (id) => this.#events.started(id, number),
      result: (id, value) => {
        if (answer(id)) this.#events.finished(id, value);
      },
      thrown: (id, error) => {
        if (answer(id)) this.#events.failed(id, error);
      },
      worked: (busy) => {
        this.#busyTime += busy;
        if (answered > 0) this.#learn(last, busy / answered, timed.splice(0));
        answered = 0;
        const seat = this.#seats[number];
        if (seat?.inFlight === 0) this.#rest(seat);
        this.#events.turn();
      },
      large: (size) => lend(this.#seats[number], this.#boxes, size),
      released: (name) => {
        this.#seats[number]?.boxes.delete(name);
        this.#boxes.free(name);
      },
      ending: () => {
        const seat = this.#seats[number];
        if (seat !== undefined) seat.isReady = false;
      },
      ended: (exitcode) => this.#left(number, exitcode),
    };
  }

  #rest(seat: Seat): void {
    idle(seat, this.#limits.idleTimeout);
    if (callsOf(this.#seats) > 0) return;
    this.#patience.answered(performance.now());
    seat.link.rest();
  }

  // One that somebody killed early is replaced; if no other comes further, something is wrong with all of them.
  #isHopeless(seat: Seat, exitcode: number): boolean {
    if (seat.wasReady) return false;
    this.#stillborn += 1;
    return exitcode >= 0 || this.#stillborn > 2 * this.#limits.maxWorkers;
  }

  #learn(target: number, time: number, timed: readonly Task[]): void {
    this.#pace.learn(target, time);
    const now = performance.now();
    for (const task of timed) this.#events.measured(task.id, now - task.submitted - time, time);
  }

  #left(number: number, exitcode: number): void {
    const seat = this.#seats[number];
    if (seat === undefined) return;
    this.#seats[number] = undefined;
    seat.stopIdling?.();
    for (const name of [...seat.boxes, ...seat.lent]) this.#boxes.discard(name);
    const inFlight = this.#tasks.filter((task) => task?.seat === number) as Task[];
    for (const { id } of inFlight) this.#tasks[id & SLOT_MASK] = undefined;
    const [ran, unstarted] = partition(inFlight, seat.link.begun);
    const exit = whyItLeft(seat, inFlight.length, exitcode, this.#isHopeless(seat, exitcode));
    this.#events.exited(number, ran, unstarted, exit);
  }
}
