import { copyOut } from './fresh-memory.ts';
import { Segment, canShareMemory } from './segment.ts';

/** Payloads of so many bytes and more go through shared memory. */
export const PARCEL_SIZE = 65_536;
/** The memory that one pool has for them, in bytes. What does not fit goes the ordinary way. */
const MAX_TOTAL = 2 ** 30;

/** Kinds of binary values that cross as they are, by their number; 0 is whatever the codec encoded. */
const RAW = [
  undefined,
  Buffer,
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;
const PAGE = 65_536;

/** What is told of a parcel: where it is, how long, and what. */
export interface Waybill {
  name: string;
  length: number;
  raw: number;
}

const unsent = new FinalizationRegistry<() => void>((free) => free());

/** A payload that lies in a box, until it is sent; if that never happens, the box is free again some time later. */
export class Parcel {
  readonly waybill: Waybill;

  constructor(waybill: Waybill, free: () => void) {
    this.waybill = waybill;
    unsent.register(this, free, this);
  }

  /** It is with the other side now, which says when the box is free. */
  send(): Waybill {
    unsent.unregister(this);
    return this.waybill;
  }
}

/** Memory that parcels are sent in, again and again: fresh memory would cost more than the copy. */
export class Box {
  readonly segment: Segment;
  isFree = false;

  constructor(segment: Segment) {
    this.segment = segment;
  }

  /** Puts bytes in, and says how the other side finds them. */
  fill(bytes: Uint8Array, raw: number): Waybill {
    new Uint8Array(this.segment.buffer, 0, bytes.length).set(bytes);
    return { name: this.segment.name, length: bytes.length, raw };
  }
}

/** The boxes that one process has made, or was lent. */
export class Boxes {
  readonly #boxes = new Map<string, Box>();
  #total = 0;

  /** Takes the smallest free box for so many bytes. */
  take(size: number): Box | undefined {
    let best: Box | undefined;
    for (const box of this.#boxes.values()) {
      if (box.isFree && box.segment.size >= size && (best === undefined || box.segment.size < best.segment.size))
        best = box;
    }
    if (best !== undefined) best.isFree = false;
    return best;
  }

  /** Takes a free box, or makes one if there may be more. */
  takeOrMake(size: number): Box | undefined {
    const free = this.take(size);
    if (free !== undefined || !canShareMemory()) return free;
    const rounded = Math.max(PAGE, 2 ** Math.ceil(Math.log2(size)));
    if (this.#total + rounded > MAX_TOTAL) return undefined;
    try {
      return this.#add(Segment.create(rounded));
    } catch {
      // There is not enough shared memory.
      return undefined;
    }
  }

  /** Packs a value that can go as it is, or bytes; answers `undefined` if they are small, or there is no room. */
  pack(value: Uint8Array, raw: number): Parcel | undefined {
    if (value.byteLength < PARCEL_SIZE) return undefined;
    const box = this.takeOrMake(value.byteLength);
    if (box === undefined) return undefined;
    const waybill = box.fill(value, raw);
    return new Parcel(waybill, () => this.free(waybill.name));
  }

  /** Takes a box over that the other side has made. It is free. */
  adopt(name: string): void {
    this.#add(Segment.open(name)).isFree = true;
  }

  /** Makes a box free again. */
  free(name: string): void {
    const box = this.#boxes.get(name);
    if (box !== undefined) box.isFree = true;
  }

  /** Does away with a box; whoever still looks into it may go on. */
  discard(name: string): void {
    const box = this.#boxes.get(name);
    if (box === undefined) return;
    this.#boxes.delete(name);
    this.#total -= box.segment.size;
    box.segment.unlink();
    box.segment.close();
  }

  /** Does away with all of them. */
  close(): void {
    for (const name of [...this.#boxes.keys()]) this.discard(name);
  }

  #add(segment: Segment): Box {
    const box = new Box(segment);
    this.#boxes.set(segment.name, box);
    this.#total += segment.size;
    return box;
  }
}

/** Says which kind of raw value it is, if it is large enough to go as it is; 0 if it has to be encoded. */
export function rawKind(value: unknown): number {
  if (!ArrayBuffer.isView(value) || value.byteLength < PARCEL_SIZE || !(value.buffer instanceof ArrayBuffer)) return 0;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Math.max(
    0,
    RAW.findIndex((type) => type?.prototype === prototype),
  );
}

/** Sees the bytes of a value of which {@link rawKind} says that it can go as it is. */
export function rawBytes(value: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Opens parcels that the other side sends, whose boxes stay mapped here. */
export class ParcelOpener {
  readonly #segments = new Map<string, Segment>();

  /**
   * Takes out what is in a parcel: afterwards its box may be used again.
   *
   * @returns A raw value, or the bytes of an encoded one.
   */
  open({ name, length, raw }: Waybill): { value: unknown } | { bytes: Buffer } {
    let segment = this.#segments.get(name);
    if (segment === undefined) this.#segments.set(name, (segment = Segment.open(name)));
    const own = copyOut(new Uint8Array(segment.buffer, 0, length));
    if (raw === 0) return { bytes: own };
    const type = RAW[raw] as typeof Uint8Array;
    return { value: (type as unknown) === Buffer ? own : new type(own.buffer) };
  }

  /** Lets go of every box. */
  close(): void {
    for (const segment of this.#segments.values()) segment.close();
    this.#segments.clear();
  }
}
