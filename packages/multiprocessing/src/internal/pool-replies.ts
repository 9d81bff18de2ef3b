import { Boxes, PARCEL_SIZE, rawBytes, rawKind } from './channel-parcels.ts';
import { align, writeColumn } from './frames.ts';
import type { FrameChannel } from './frames-channel.ts';
import { FrameWriter } from './frames-writer.ts';
import { RESULT_PATH, Reply } from './pool-protocol.ts';
import { encodeThrown, encodeValue } from './pool-values.ts';

/** Small results are sent at the latest so long after the first one, in milliseconds, while a worker goes on with others. */
const MAX_DELAY = 0.2;
const MAX_FRAME = 1 << 18;
const COLUMN_SIZE = 4096;
const MAX_NOTE = 2 ** 32 - 1;

/** The results of a map whose results are all numbers. */
export class NumberList {
  readonly #values: Float64Array;

  constructor(values: Float64Array) {
    this.#values = values;
  }

  /** The numbers of a result that is such a list. Unlike `instanceof`, it asks nothing of a Proxy. */
  static valuesOf(result: unknown): Float64Array | undefined {
    return typeof result === 'object' && result !== null && #values in result ? result.#values : undefined;
  }
}

/** What a worker has to tell its pool: gathered, and sent a frame at a time. */
export class Replies {
  /** What was lent for large results. */
  readonly boxes = new Boxes();
  readonly #channel: FrameChannel;
  #writer = new FrameWriter();
  readonly #ids = new Uint32Array(COLUMN_SIZE);
  readonly #numbers = new Float64Array(COLUMN_SIZE);
  #count = 0;
  /** When the work began that was not told of yet; 0 while there is none. */
  #mark = 0;
  #busy = 0;
  #isFlushDue = false;

  constructor(channel: FrameChannel) {
    this.#channel = channel;
  }

  /** Tells that the worker is initialised. */
  ready(): void {
    this.#writer.begin(Reply.Ready, 0, 0, 0);
  }

  /** Tells at once that the worker could not be initialised. */
  notReady(error: unknown): void {
    this.#writer.add(Reply.NotReady, 0, 0, encodeThrown(error));
    this.flush();
  }

  /** Tells at once that there will be no hatches. */
  noHatch(): void {
    this.#writer.begin(Reply.NoHatch, 0, 0, 0);
    this.flush();
  }

  /** Tells at once that a call begins. */
  started(id: number): void {
    this.#writer.begin(Reply.Started, 0, id, 0);
    this.flush();
  }

  /** Notes that a call begins. */
  begin(): void {
    if (this.#mark === 0) this.#mark = performance.now();
  }

  /** Tells a result that is a number. */
  number(id: number, value: number): void {
    const isLong = this.#measure();
    this.#ids[this.#count] = id;
    this.#numbers[this.#count] = value;
    this.#count += 1;
    if (isLong || this.#count === COLUMN_SIZE) this.flush();
  }

  /** Tells any result. One that cannot cross is an error of its call. */
  value(id: number, value: unknown): void {
    if (typeof value === 'number') {
      this.number(id, value);
      return;
    }
    const isLong = this.#measure();
    try {
      if (typeof value === 'string' && value.length < PARCEL_SIZE / 2) this.#writer.addText(Reply.Value, 0, id, value);
      else this.#anything(id, value);
    } catch (error) {
      this.thrown(id, error);
      return;
    }
    if (isLong || this.#writer.size > MAX_FRAME) this.flush();
  }

  /** Tells what a call has thrown. */
  thrown(id: number, error: unknown): void {
    const isLong = this.#measure();
    this.#writer.add(Reply.Thrown, 0, id, encodeThrown(error));
    if (isLong) this.flush();
  }

  /** Tells at once what a running call reports. */
  progress(id: number, value: unknown): void {
    this.#writer.add(Reply.Progress, 0, id, encodeValue(value, 'progress'));
    this.flush();
  }

  /** Tells that the box of an argument may be used again. */
  released(name: string): void {
    this.#writer.add(Reply.Released, 0, 0, Buffer.from(name));
  }

  /** Notes how long a call took that had to wait, in milliseconds. */
  waited(duration: number): void {
    this.#busy += duration;
  }

  /** Notes that no call follows at once. */
  rest(): void {
    this.#mark = 0;
  }

  /** Sends what there is. */
  flush(): void {
    if (this.#count > 0) this.#writeColumns();
    if (this.#writer.isEmpty) return;
    const busy = Math.min(Math.ceil(this.#busy * 1000), MAX_NOTE);
    this.#busy = 0;
    if (this.#channel.send(this.#writer.finish(busy))) this.#writer.reuse();
    else this.#writer.renew();
  }

  /** Sends what there is when the code at hand has run, and all that goes on because of it: calls that wait for nothing else. */
  flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  /** Sends what there is, and waits until the system has taken it. */
  async end(): Promise<void> {
    this.flush();
    await this.#channel.drain();
  }

  // Says whether the results must go now. What was before a long call goes without it, so that the pool learns how long
  // a call of each kind takes.
  #measure(): boolean {
    const now = performance.now();
    const duration = this.#mark === 0 ? 0 : now - this.#mark;
    this.#mark = now;
    if (duration > MAX_DELAY) {
      this.flush();
      this.#busy = duration;
      return true;
    }
    this.#busy += duration;
    return this.#busy > MAX_DELAY;
  }

  #anything(id: number, value: unknown): void {
    const numbers = NumberList.valuesOf(value);
    if (numbers !== undefined) {
      this.#numberList(id, numbers);
      return;
    }
    const raw = rawKind(value);
    if (raw > 0 && this.#boxed(id, rawBytes(value), raw)) return;
    const bytes = encodeValue(value, RESULT_PATH);
    if (bytes.length < PARCEL_SIZE || !this.#boxed(id, bytes, 0)) this.#writer.add(Reply.Value, 0, id, bytes);
  }

  #boxed(id: number, bytes: Uint8Array, raw: number): boolean {
    const box = this.boxes.take(bytes.length);
    if (box === undefined) return false;
    this.#writer.add(Reply.Parcel, 0, id, Buffer.from(JSON.stringify(box.fill(bytes, raw))));
    // At once: the pool copies it out while the worker copies the next one in.
    this.flush();
    return true;
  }

  #numberList(id: number, values: Float64Array): void {
    const start = this.#writer.begin(Reply.MapNumbers, 0, id, values.byteLength);
    this.#writer.memory.numbers.set(values, start >>> 3);
  }

  #writeColumns(): void {
    const count = this.#count;
    const idBytes = align(count * 4);
    const start = this.#writer.begin(Reply.Numbers, 0, count, idBytes + count * 8);
    const { words, numbers } = this.#writer.memory;
    writeColumn(words, start >>> 2, this.#ids, count);
    writeColumn(numbers, (start + idBytes) >>> 3, this.#numbers, count);
    this.#count = 0;
  }
}
