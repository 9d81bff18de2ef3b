import {
  type MessagePort,
  MessageChannel,
  type ResourceLimits,
  type Transferable,
  receiveMessageOnPort,
} from 'node:worker_threads';
import { type Body, type Packed, type TargetReference, loadClasses, packThrown, unpack } from '@weft/core/lowlevel';
import type { Task, TransportEvents, WorkerExit } from '@weft/core/scheduler';
import { POOL_ENTRY } from '../entries.ts';
import { unifyOutput } from './console.ts';
import { type Mail, type PoolWorkerData, epoch } from './pool-mail.ts';
import { KIND_MASK, Kind, type Mailed, bodyOf } from './pool-codec.ts';
import { bufferOver, copyBytes } from './pool-bytes.ts';
import { type CompletionSink, Completions } from './pool-completions.ts';
import { type Board, Seat as Word, makeCompletionRing } from './pool-layout.ts';
import type { Sleepers } from './pool-sleepers.ts';
import { PoolStream, type StreamItem } from './pool-stream.ts';
import { goesAsBytes } from './pool-submissions.ts';
import { thrownThere } from './thrown.ts';
import { MAIN, self } from './registry.ts';
import type { Child } from './reaper.ts';
import { spawn } from './spawn.ts';

/** What a worker of a pool is started with. */
export interface PoolSeatOptions {
  readonly seat: number;
  readonly name: string;
  readonly targets: readonly TargetReference[];
  readonly initializer: TargetReference | undefined;
  readonly initargs: Packed;
  readonly idleTimeout: number;
  readonly maxTasksPerWorker: number;
  readonly maxMemory: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly events: TransportEvents;
  onBell(): void;
  onWanted(id: number): void;
  /** Called when streams have begun, or are over. @param change How many more there are. */
  onStreams(change: number): void;
  onEnd(): void;
}

/** One worker of a pool, as its owner sees it. */
export class PoolSeat implements CompletionSink {
  readonly port: MessagePort;
  readonly child: Child;
  readonly completions: Completions;
  /** Whether it takes tasks. */
  ready = false;
  readonly #board: Board;
  readonly #sleepers: Sleepers;
  readonly #options: PoolSeatOptions;
  readonly #block: number;
  #delivered: Task[] = [];
  readonly #streams = new Map<number, PoolStream>();
  #ending = false;
  #failure: WorkerExit | undefined;

  constructor(board: Board, sleepers: Sleepers, options: PoolSeatOptions) {
    this.#board = board;
    this.#sleepers = sleepers;
    this.#options = options;
    this.#block = board.seatAt(options.seat);
    this.#clear();
    this.completions = new Completions(makeCompletionRing(), this);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.child = spawn({
      entry: POOL_ENTRY,
      name: options.name,
      daemon: true,
      data: { pool: this.#workerData(port2) },
      transfer: [port2],
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
      onMessage: () => {},
      onError: (error) => {
        this.#failure ??= { what: `died of ${error.name}: ${error.message}`, cause: error };
      },
      onEnd: () => {
        options.onEnd();
        options.onStreams(-this.#streams.size);
        for (const stream of this.#streams.values()) stream.break(this.exit()?.what ?? 'was ended');
        this.port.close();
      },
    });
    this.child.worker.on('message', options.onBell);
    // The worker starts meanwhile: this makes the streams of this thread, if nobody has used them yet.
    if (self === MAIN) unifyOutput();
    this.child.worker.unref();
  }

  /** The numbers of the tasks that it runs. */
  runs(): number[] {
    const from = this.#board.runsAt(this.#options.seat);
    return [...this.#board.words.subarray(from, from + this.#board.concurrency)].filter((id) => id >= 0);
  }

  /** The numbers of the tasks that it alone was given. */
  undelivered(): number[] {
    return this.#delivered.map((task) => task.id).filter((id) => id >= 0);
  }

  /** How many milliseconds it has spent in tasks. */
  busyTime(running: boolean): number {
    const at = this.#block >> 1;
    const since = running ? performance.now() - (this.#board.doubles[at + (Word.BurstStart >> 1)] as number) : 0;
    return (this.#board.doubles[at + (Word.BusyTime >> 1)] as number) + Math.max(0, since);
  }

  /** Reads its completions. */
  drain(): number {
    return this.completions.drain();
  }

  /** Sends it something, and wakes it to read it. */
  post(mail: Mail, transfer: readonly Transferable[] = []): void {
    this.port.postMessage(mail, transfer as never);
    Atomics.add(this.#board.words, this.#block + Word.Mail, 1);
    // Pairs with the wait for arguments in the worker.
    Atomics.notify(this.#board.words, this.#block + Word.Mail);
    this.#sleepers.wake(this.#options.seat);
  }

  /** Gives it a task that nobody else may run. */
  deliver(task: Task, kind: number): void {
    this.#delivered = this.#delivered.filter((earlier) => earlier.id >= 0);
    this.#delivered.push(task);
    const { payload } = task;
    if ((task.kind & KIND_MASK) === Kind.Port) {
      const { body, transfer } = payload as Mailed;
      this.post({ bound: task.id, kind, payload: body }, transfer as never);
    } else {
      const sent = goesAsBytes(task) ? copyBytes(bufferOver(payload as Uint8Array)) : payload;
      this.post({ bound: task.id, kind, payload: sent });
    }
  }

  /** Aborts the signal of a task that it runs. */
  abort(id: number, reason: unknown): void {
    this.post({ abort: id, reason: packThrown(reason, 'thread').body });
  }

  /** Lets it finish what it runs, and end. */
  stop(): void {
    this.#ending = true;
    Atomics.store(this.#board.words, this.#block + Word.Stop, 1);
    this.post(0);
  }

  /** Ends it now. */
  kill(): void {
    this.#ending = true;
    void this.child.worker.terminate();
  }

  /** Why it is gone, if it was not meant to go. */
  exit(): WorkerExit | undefined {
    if (this.#ending || this.#board.words[this.#block + Word.Left] === 1) return undefined;
    const code = this.#board.words[this.#block + Word.ExitCode] as number;
    const what = code < 0 ? 'was terminated' : `exited with code ${code}`;
    return { what, unready: !this.ready, ...this.#failure };
  }

  timed(id: number, began: number, ran: number): void {
    const task = this.#options.events.find(id);
    if (task !== undefined) this.#options.events.measured(id, began - task.submitted, ran);
  }

  returned(id: number, value: unknown): void {
    this.#options.events.finished(id, value);
  }

  returnedBody(id: number, packed: Body | Uint8Array): void {
    this.#attempt(id, () => {
      const body = bodyOf(packed);
      this.#whenLoaded(body, () => this.#attempt(id, () => this.#options.events.finished(id, unpack(body, 'thread'))));
    });
  }

  noted(id: number, kind: number): void {
    const { events, seat, name } = this.#options;
    switch (kind) {
      case Kind.Port:
        this.returnedBody(id, this.#receive());
        return;
      case Kind.Error:
        this.#fail(id, this.#receive());
        return;
      case Kind.Started:
        events.started(id, seat);
        return;
      case Kind.Wanted:
        this.#options.onWanted(id);
        return;
      case Kind.Progress:
        this.#attempt(id, () => events.progressed(id, unpack(this.#receive(), 'thread')));
        return;
      case Kind.Stream:
        this.#openStream(id, this.#receive().v as number);
        return;
      case Kind.Item: {
        const item = this.#receive().v as StreamItem;
        this.#streams.get(item.stream)?.take(item);
        if (item.done && this.#streams.delete(item.stream)) this.#options.onStreams(-1);
        return;
      }
      case Kind.Ready:
        this.ready = true;
        events.ready(seat);
        return;
      default: {
        const cause = thrownThere(this.#receive(), name);
        console.error('Exception in initializer:', cause);
        this.#failure = { what: 'could not be initialised', cause, unready: true };
      }
    }
  }

  #fail(id: number, body: Body): void {
    const { events, name } = this.#options;
    this.#whenLoaded(body, () => events.failed(id, thrownThere(body, name)));
  }

  #whenLoaded(body: Body, callback: () => void): void {
    const loading = loadClasses(body);
    if (loading === undefined) callback();
    else void loading.then(callback).then(() => this.#options.events.turn());
  }

  // What cannot be made again fails its task, and nothing else.
  #attempt(id: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.events.failed(id, error);
    }
  }

  // What ends a task early ends its stream, once there is one.
  #openStream(id: number, stream: number): void {
    const { events, name } = this.#options;
    const pull = (stop: boolean, looped = false): void => this.post({ pull: stream, stop, looped });
    const task = events.find(id);
    if (task === undefined || task.future.done()) {
      pull(true);
      events.finished(id, undefined);
      return;
    }
    const opened = new PoolStream(pull, name, () => close?.());
    const close = task.control?.passOn((reason) => {
      this.abort(id, reason);
      opened.abort(reason);
    });
    this.#streams.set(stream, opened);
    this.#options.onStreams(1);
    events.finished(id, opened);
  }

  // The worker posts before it publishes the completion, so it is there.
  #receive(): Body {
    return (receiveMessageOnPort(this.port) as { message: Body }).message;
  }

  #clear(): void {
    const { words, doubles, concurrency } = this.#board;
    words.fill(0, this.#block, this.#block + 64);
    words[this.#block + Word.ExitCode] = -1;
    words[this.#block + Word.Estimate] = 1e9;
    doubles[(this.#block + Word.BusyTime) >> 1] = 0;
    const runs = this.#board.runsAt(this.#options.seat);
    words.fill(-1, runs, runs + concurrency);
  }

  #workerData(port: MessagePort): PoolWorkerData['pool'] {
    const { seat, targets, initializer, initargs, idleTimeout, maxTasksPerWorker, maxMemory } = this.#options;
    return {
      seat,
      board: this.#board.memory,
      completions: this.completions.ring.memory,
      port,
      targets: [...targets],
      initializer,
      initargs: initargs.body,
      epoch: epoch(),
      idleTimeout,
      maxTasks: maxTasksPerWorker,
      maxMemory,
    };
  }
}
