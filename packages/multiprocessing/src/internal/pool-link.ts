import type { TargetReference } from '@weft/core/lowlevel';
import { Process, spawnedOf } from '../process.ts';
import { PARCEL_SIZE, ParcelOpener, type Waybill } from './channel-parcels.ts';
import { type FrameRecord, MAX_LENGTH, align, readNumbers, writeColumn } from './frames.ts';
import { FrameChannel } from './frames-channel.ts';
import { FrameReader } from './frames-reader.ts';
import { FrameWriter } from './frames-writer.ts';
import { HatchMemory } from './pool-hatch.ts';
import { type CallKind, Order, Reply, WATCHED, type WorkerOptions } from './pool-protocol.ts';
import { bytesOf, decodeThrown, decodeValue, encodeThrown, textOf, valueTextOf } from './pool-values.ts';
import { SIGNS } from './own-process.ts';
import { serveCalls } from './pool-worker.ts';
import type { Spawned } from './spawn.ts';
import { whenReady } from './waitable.ts';

const MAX_COLUMN = 4096;

/** What a worker tells. */
export interface LinkEvents {
  /** It is initialised. */
  ready(): void;
  /** It has begun a call of which that was to be told. */
  started(id: number): void;
  /** Its initializer has thrown. */
  notReady(error: unknown): void;
  result(id: number, value: unknown): void;
  progress(id: number, value: unknown): void;
  thrown(id: number, error: unknown): void;
  /** A frame is through. `busy` is how long the worker has worked since the last one, in milliseconds. */
  worked(busy: number): void;
  /** It gave a large result, of so many bytes, and had no box for it. */
  large(size: number): void;
  /** The box of an argument may be used again. */
  released(name: string): void;
  /** It is gone; what it had sent may still be on the way. */
  ending(): void;
  /** It has ended, and everything that it had sent was told before. */
  ended(exitcode: number): void;
}

/** A worker process and the way to it. What is asked of it goes out in one frame, with {@link flush}. */
export class WorkerLink {
  readonly process: Process;
  readonly #events: LinkEvents;
  readonly #spawned: Spawned;
  #defined = 0;
  readonly #ids = new Uint32Array(MAX_COLUMN);
  readonly #numbers = new Float64Array(MAX_COLUMN);
  readonly #channel: FrameChannel;
  #hatch: HatchMemory | undefined;
  #triedHatches = false;
  #hasNoHatch = false;
  #given = 0;
  #begun: number | undefined;
  readonly #opener = new ParcelOpener();
  #writer = new FrameWriter();
  #count = 0;
  #function = 0;

  constructor(name: string, daemon: boolean, options: WorkerOptions, events: LinkEvents) {
    this.#events = events;
    this.process = new Process({ target: serveCalls, args: [options], name, daemon }).start();
    this.#spawned = spawnedOf(this.process) as Spawned;
    const reader = new FrameReader(
      (record) => this.#take(record),
      (note) => this.#events.worked(note / 1000),
    );
    this.#channel = new FrameChannel(reader, () => {});
    const { channel, handle } = this.#spawned;
    this.#channel.connect(channel);
    // The first bytes only tell that the process has begun.
    let skip: number = SIGNS;
    channel.on('data', (chunk: Buffer) => {
      if (chunk.length > skip) this.#channel.feed(skip > 0 ? chunk.subarray(skip) : chunk);
      skip = Math.max(0, skip - chunk.length);
    });
    this.process.sentinel[whenReady](() => this.#events.ending());
    let left = 2;
    const end = (): void => {
      left -= 1;
      if (left > 0) return;
      this.#channel.close();
      // One that never came to its hatches did not come either to what it was asked for after them.
      if (this.#hatch !== undefined && !this.#hasNoHatch) this.#begun = this.#hatch.begun ?? this.#given | 0;
      this.#hatch?.close();
      this.#opener.close();
      this.#events.ended(this.process.exitcode ?? 0);
    };
    channel.once('close', end);
    handle.once('exit', end);
    this.unref();
  }

  /** Tells which function the next number stands for, from 0 on; the worker loads it when it has time. */
  define(target: TargetReference): void {
    this.#writeColumns();
    this.#writer.add(Order.Define, this.#defined, 0, Buffer.from(JSON.stringify(target)));
    this.#defined += 1;
  }

  /** Asks for a call with one number. */
  callNumber(index: number, id: number, value: number): void {
    if (index !== this.#function || this.#count === MAX_COLUMN) {
      this.#writeColumns();
      this.#function = index;
    }
    this.#ids[this.#count] = id;
    this.#numbers[this.#count] = value;
    this.#count += 1;
  }

  /** Asks for a call with one text. */
  callText(index: number, id: number, text: string, isWatched: boolean): void {
    this.#writeColumns();
    this.#writer.addText(isWatched ? Order.Call | WATCHED : Order.Call, index, id, text);
  }

  /**
   * Asks for a call, or a map, with encoded arguments.
   *
   * @param isWatched Whether the worker tells when it begins.
   */
  call(kind: CallKind, index: number, id: number, bytes: Uint8Array, isWatched: boolean): void {
    this.#writeColumns();
    // What was asked for before goes ahead, if both are too much for one frame.
    if (this.#writer.size + bytes.length > MAX_LENGTH) this.flush();
    this.#writer.add(isWatched ? kind | WATCHED : kind, index, id, bytes);
  }

  /** Asks for a call with each number. */
  mapNumbers(index: number, id: number, values: ArrayLike<number>): void {
    this.#writeColumns();
    const start = this.#writer.begin(Order.MapNumbers, index, id, values.length * 8);
    this.#writer.memory.numbers.set(values, start >>> 3);
  }

  /** Asks a running call to end by itself. */
  interrupt(id: number, reason: unknown): void {
    this.#writeColumns();
    this.#writer.add(Order.Interrupt, 0, id, encodeThrown(reason));
    this.#flushSoon();
  }

  /** Lends it a box for large results. */
  lend(name: string): void {
    this.#writeColumns();
    this.#writer.add(Order.Lend, 0, 0, Buffer.from(name));
    this.#flushSoon();
  }

  /** Lets it end when it has done everything. */
  finish(): void {
    this.#writeColumns();
    this.#writer.begin(Order.Finish, 0, 0, 0);
    this.flush();
  }

  /**
   * Sends what was asked for.
   *
   * @param look How long both sides then look for what comes, in milliseconds.
   * @param given How many calls it was asked for since its start.
   */
  flush(look = 0, given = 0): void {
    this.#writeColumns();
    if (this.#writer.isEmpty) return;
    if (look > 0) this.makeHatches(given);
    const isGone = this.#channel.send(this.#writer.finish(look * 1000));
    if (isGone) this.#writer.reuse();
    else this.#writer.renew();
    this.#channel.look(look);
  }

  /** Looks no more. */
  rest(): void {
    this.#channel.look(0);
  }

  /** Keeps this process alive while the worker lives. */
  ref(): void {
    this.#spawned.handle.ref();
    this.#spawned.channel.ref();
  }

  /** Lets this process end although the worker lives. */
  unref(): void {
    this.#spawned.handle.unref();
    this.#spawned.channel.unref();
  }

  /** How many calls the worker has begun, modulo 2^32, where that is known. Ask when it has ended. */
  get begun(): number | undefined {
    return this.#begun;
  }

  /**
   * Makes hatches, once: for those that are looked for, and before several calls are on their way.
   *
   * @param given How many calls it was asked for before.
   */
  makeHatches(given: number): void {
    if (this.#triedHatches) return;
    this.#triedHatches = true;
    this.#given = given;
    this.#writeColumns();
    this.#hatch = HatchMemory.create();
    if (this.#hatch === undefined) return;
    this.#channel.use(this.#hatch.hatches);
    this.#writer.add(Order.Hatch, 0, 0, Buffer.from(this.#hatch.path));
  }

  #writeColumns(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    const idBytes = align(count * 4);
    const start = this.#writer.begin(Order.CallNumbers, this.#function, count, idBytes + count * 8);
    const { words, numbers } = this.#writer.memory;
    writeColumn(words, start >>> 2, this.#ids, count);
    writeColumn(numbers, (start + idBytes) >>> 3, this.#numbers, count);
  }

  #take(record: FrameRecord): void {
    switch (record.kind) {
      case Reply.Numbers:
        this.#takeNumbers(record);
        break;
      case Reply.Value: {
        const { id } = record;
        if (record.length >= PARCEL_SIZE) this.#events.large(record.length);
        const text = valueTextOf(record);
        if (text !== undefined) {
          this.#events.result(id, text);
          break;
        }
        decodeValue(
          bytesOf(record),
          (value) => this.#events.result(id, value),
          (error) => this.#events.thrown(id, error),
        );
        break;
      }
      case Reply.NoHatch:
        this.#hasNoHatch = true;
        break;
      case Reply.Progress: {
        const { id } = record;
        decodeValue(
          bytesOf(record),
          (value) => this.#events.progress(id, value),
          (error) => this.#events.progress(id, error),
        );
        break;
      }
      case Reply.Parcel:
        this.#open(record.id, JSON.parse(textOf(record)) as Waybill);
        break;
      case Reply.Released:
        this.#events.released(textOf(record));
        break;
      case Reply.MapNumbers:
        this.#events.result(record.id, readNumbers(record.memory.numbers, record.start >>> 3, record.length >>> 3));
        break;
      case Reply.Thrown: {
        const { id } = record;
        decodeThrown(bytesOf(record), this.#origin, (error) => this.#events.thrown(id, error));
        break;
      }
      case Reply.Started:
        this.#events.started(record.id);
        break;
      case Reply.Ready:
        this.#events.ready();
        break;
      case Reply.NotReady:
        decodeThrown(bytesOf(record), this.#origin, (error) => this.#events.notReady(error));
        break;
      default:
        throw new Error(`Cannot read what ${this.process.name} sent: no record is of kind ${record.kind}`);
    }
  }

  #open(id: number, waybill: Waybill): void {
    const opened = this.#opener.open(waybill);
    this.#writeColumns();
    this.#writer.add(Order.Back, 0, 0, Buffer.from(waybill.name));
    this.#flushSoon();
    if ('value' in opened) {
      this.#events.result(id, opened.value);
      return;
    }
    decodeValue(
      opened.bytes,
      (value) => this.#events.result(id, value),
      (error) => this.#events.thrown(id, error),
    );
  }

  #flushSoon(): void {
    queueMicrotask(() => this.flush());
  }

  get #origin(): string {
    return `process ${this.process.name} (pid ${this.#spawned.pid})`;
  }

  #takeNumbers({ memory, id: count, start, length }: FrameRecord): void {
    const ids = start >>> 2;
    const values = ((start + length) >>> 3) - count;
    for (let at = 0; at < count; at += 1) {
      this.#events.result(memory.words[ids + at] as number, memory.numbers[values + at]);
    }
  }
}
