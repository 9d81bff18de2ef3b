import { type Target, task } from '@weft/core';
import { Deque, type TargetReference, promiseOf } from '@weft/core/lowlevel';
import { ParcelOpener, type Waybill } from './channel-parcels.ts';
import type { FrameRecord } from './frames.ts';
import { FrameChannel } from './frames-channel.ts';
import { FrameReader } from './frames-reader.ts';
import { LARGE, keepFreedMemory } from './fresh-memory.ts';
import { callInitializer } from './initial-arguments.ts';
import { joinChildren } from './join-children.ts';
import { endSoon, openChannel } from './own-channel.ts';
import { CHANNEL_FD } from './own-process.ts';
import { BegunCalls, type Call, type Opened } from './pool-calls.ts';
import { type Defined, load } from './pool-functions.ts';
import { openHatches } from './pool-hatch.ts';
import { BOXED, Order, WATCHED, type WorkerOptions } from './pool-protocol.ts';
import { Replies } from './pool-replies.ts';
import { crossable, mapNumbers, run } from './pool-run.ts';
import { abortTask, enterTask, hostTasks, leaveTask, runAs } from './pool-running.ts';
import { bytesOf, decodeThrown, decodeValue, textOf, valueTextOf } from './pool-values.ts';
import { talksToParent } from './talks-to-parent.ts';

/** Does what a pool asks for until it has no more: what each of its workers runs. */
export const serveCalls = task(
  import.meta,
  async (options: WorkerOptions): Promise<void> => {
    await new Worker(options).finished;
    await joinChildren();
    endSoon();
  },
  'serveCalls',
);

talksToParent.add(serveCalls);

class Worker {
  readonly finished: Promise<void>;
  readonly #channel: FrameChannel;
  readonly #replies: Replies;
  readonly #functions: Defined[] = [];
  readonly #waiting = new Deque<Call>();
  readonly #opener = new ParcelOpener();
  readonly #concurrency: number;
  #running = 0;
  readonly #begun = new BegunCalls();
  #isReady = false;
  #isFinishing = false;
  #finish: () => void = () => {};

  constructor(options: WorkerOptions) {
    const { concurrency } = options;
    this.#concurrency = concurrency;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const reader = new FrameReader(
      (record) => this.#take(record),
      (note) => this.#channel.look(note / 1000),
    );
    this.#channel = new FrameChannel(reader, () => {
      this.#replies.flush();
      this.#replies.rest();
    });
    this.#replies = new Replies(this.#channel);
    this.#channel.connect(openChannel(this.#channel.onread).ref(), CHANNEL_FD);
    hostTasks(this.#replies, concurrency);
    // Ctrl-C reaches every process of the terminal: what becomes of the calls is for the pool to say.
    process.removeAllListeners('SIGINT');
    process.on('SIGINT', () => {});
    callInitializer(options).then(
      () => this.#begin(),
      (error: unknown) => this.#replies.notReady(error),
    );
  }

  #begin(): void {
    this.#isReady = true;
    this.#replies.ready();
    this.#next();
    this.#replies.flush();
  }

  #take(record: FrameRecord): void {
    switch (record.kind) {
      case Order.Define:
        this.#define(record);
        break;
      case Order.CallNumbers:
        this.#takeNumbers(record);
        break;
      case Order.MapNumbers: {
        const from = record.start >>> 3;
        this.#accept(record, record.memory.numbers.slice(from, from + (record.length >>> 3)));
        break;
      }
      case Order.Finish:
        this.#isFinishing = true;
        this.#next();
        break;
      case Order.Interrupt: {
        const { id } = record;
        decodeThrown(bytesOf(record), 'the parent process', (reason) => abortTask(id, reason));
        break;
      }
      case Order.Lend:
        this.#replies.boxes.adopt(textOf(record));
        break;
      case Order.Back:
        this.#replies.boxes.free(textOf(record));
        break;
      case Order.Hatch: {
        const hatches = openHatches(textOf(record));
        this.#channel.use(hatches);
        this.#begun.noteIn(hatches?.note);
        if (hatches === undefined) this.#replies.noHatch();
        break;
      }
      default:
        this.#accept(record, record.kind & BOXED ? this.#open(record) : (valueTextOf(record) ?? bytesOf(record)));
    }
  }

  // The module is loaded before it is needed, while the worker has nothing else to do; a failure shows in the calls.
  #define(record: FrameRecord): void {
    const reference = JSON.parse(textOf(record)) as TargetReference;
    const entry: Defined = { reference, call: undefined, loading: undefined };
    this.#functions[record.index] = entry;
    setImmediate(() => {
      load(entry).catch(() => undefined);
    });
  }

  get #isFree(): boolean {
    return this.#isReady && this.#running < this.#concurrency && this.#waiting.size === 0;
  }

  #takeNumbers({ memory, index, id: count, start, length }: FrameRecord): void {
    const ids = start >>> 2;
    const values = ((start + length) >>> 3) - count;
    for (let at = 0; at < count; at += 1) {
      const id = memory.words[ids + at] as number;
      const value = memory.numbers[values + at] as number;
      if (this.#isFree) {
        this.#begun.add();
        this.#callPlain(index, id, value);
      } else this.#waiting.pushBack({ kind: Order.CallNumbers, index, id, payload: value });
    }
  }

  #open(record: FrameRecord): Opened {
    const waybill = JSON.parse(textOf(record)) as Waybill;
    if (waybill.length >= LARGE) keepFreedMemory();
    const opened = this.#opener.open(waybill);
    this.#replies.released(waybill.name);
    return opened;
  }

  #accept({ kind, index, id, memory }: FrameRecord, payload: Call['payload']): void {
    const call = { kind, index, id, payload };
    if (this.#isFree) this.#start(call);
    else if (payload instanceof Buffer && payload.buffer === memory.bytes.buffer)
      this.#waiting.pushBack({ ...call, payload: Buffer.from(payload) });
    else this.#waiting.pushBack(call);
  }

  #next(): void {
    while (this.#isReady && this.#running < this.#concurrency) {
      const call = this.#waiting.popFront();
      if (call === undefined) break;
      this.#start(call);
    }
    if (this.#isFinishing && this.#running === 0 && this.#waiting.size === 0)
      void this.#replies.end().then(this.#finish);
  }

  #start({ kind: flagged, index, id, payload }: Call): void {
    this.#begun.add();
    const kind = flagged & ~(WATCHED | BOXED);
    if (flagged & WATCHED) this.#replies.started(id);
    if (typeof payload === 'number' || typeof payload === 'string') this.#callPlain(index, id, payload);
    else if (kind === Order.MapNumbers)
      this.#withFunction(index, id, (call) => mapNumbers(call, payload as Float64Array));
    else if (payload instanceof Buffer) this.#callBytes(kind, index, id, payload);
    else if ('bytes' in payload) this.#callBytes(kind, index, id, payload.bytes);
    else this.#withFunction(index, id, (call) => run(kind, call, (payload as { value: unknown }).value));
  }

  #callPlain(index: number, id: number, value: number | string): void {
    const call = this.#functions[index]?.call;
    if (call === undefined) {
      this.#withFunction(index, id, (loaded) => loaded(value));
      return;
    }
    this.#replies.begin();
    let result: unknown;
    try {
      if (this.#concurrency === 1) {
        enterTask(id);
        result = call(value);
      } else {
        result = runAs(id, () => call(value) as unknown);
      }
    } catch (error) {
      leaveTask(id);
      this.#replies.thrown(id, error);
      return;
    }
    if (typeof result === 'number') {
      leaveTask(id);
      this.#replies.number(id, result);
    } else {
      this.#settle(id, result);
    }
  }

  #callBytes(kind: number, index: number, id: number, bytes: Buffer): void {
    this.#running += 1;
    let isLate = false;
    const end = (reply: () => void): void => {
      this.#running -= 1;
      reply();
      if (!isLate) return;
      // A class had to be loaded first: nobody else sends the reply, or goes on with the calls that came meanwhile.
      this.#next();
      this.#replies.flushSoon();
    };
    decodeValue(
      bytes,
      (value) => end(() => this.#withFunction(index, id, (call) => run(kind, call, value))),
      (error) => end(() => this.#replies.thrown(id, error)),
    );
    isLate = true;
  }

  #withFunction(index: number, id: number, use: (call: Target) => unknown): void {
    const entry = this.#functions[index] as Defined;
    this.#replies.begin();
    try {
      const result = runAs(id, () =>
        entry.call === undefined ? load(entry).then((call) => crossable(use(call))) : use(entry.call),
      );
      this.#settle(id, result);
    } catch (error) {
      leaveTask(id);
      this.#replies.thrown(id, error);
    }
  }

  #settle(id: number, result: unknown): void {
    const promise = promiseOf(result);
    if (promise === undefined) {
      leaveTask(id);
      this.#replies.value(id, result);
      return;
    }
    this.#running += 1;
    const since = performance.now();
    const end = (tell: () => void): void => {
      this.#running -= 1;
      leaveTask(id);
      this.#replies.rest();
      this.#replies.waited(performance.now() - since);
      tell();
      this.#next();
      this.#replies.flushSoon();
    };
    promise.then(
      (value) => end(() => this.#replies.value(id, value)),
      (error: unknown) => end(() => this.#replies.thrown(id, error)),
    );
  }
}
