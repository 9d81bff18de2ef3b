import type { ShareableItem } from '../shareable-list.ts';

/** A slot begins with the item's type and, of strings and bytes, its length; what follows is what it may fill. */
const HEADER = 8;
const SMALLEST = 8;
/** The fewest bytes of a slot. */
export const SMALLEST_SLOT: number = HEADER + SMALLEST;

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const BIGINT = 4;
const STRING = 5;
const BYTES = 6;

/**
 * A slot for an item, with it; what it holds later has to fit.
 *
 * @throws {RangeError | TypeError} If a list cannot hold the item.
 */
export function slotOf(item: ShareableItem): Buffer {
  const length = typeof item === 'string' ? Buffer.byteLength(item) : item instanceof Uint8Array ? item.length : 0;
  const slot = Buffer.alloc(HEADER + Math.max(SMALLEST, (length + 7) & ~7));
  writeItem(slot, item);
  return slot;
}

export function readItem(slot: Buffer): ShareableItem {
  const length = slot.readUInt32LE(4);
  switch (slot[0]) {
    case FALSE:
      return false;
    case TRUE:
      return true;
    case NUMBER:
      return slot.readDoubleLE(HEADER);
    case BIGINT:
      return slot.readBigInt64LE(HEADER);
    case STRING:
      return slot.toString('utf8', HEADER, HEADER + length);
    case BYTES:
      return Uint8Array.from(slot.subarray(HEADER, HEADER + length));
    default:
      return null;
  }
}

/**
 * @throws {RangeError} If the item does not fit.
 * @throws {TypeError} If a list cannot hold it.
 */
export function writeItem(slot: Buffer, item: ShareableItem): void {
  if (item === null || typeof item === 'boolean') return writeType(slot, item === null ? NULL : item ? TRUE : FALSE);
  if (typeof item === 'number') {
    slot.writeDoubleLE(item, HEADER);
    return writeType(slot, NUMBER);
  }
  if (typeof item === 'bigint') {
    if (BigInt.asIntN(64, item) !== item) throw new RangeError(`Cannot store ${item}: it takes more than 64 bits`);
    slot.writeBigInt64LE(item, HEADER);
    return writeType(slot, BIGINT);
  }
  if (typeof item !== 'string' && !(item instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot store ${typeof item} in a shareable list: it holds strings, bytes, numbers, bigints, booleans and null`,
    );
  }
  // It would come back as another one.
  if (typeof item === 'string' && !item.isWellFormed())
    throw new TypeError(`Cannot store ${JSON.stringify(item)} in a shareable list: it has half of a character`);
  const bytes = typeof item === 'string' ? Buffer.from(item) : item;
  if (bytes.length > slot.length - HEADER) {
    throw new RangeError(`Cannot store ${bytes.length} bytes: the item's place has ${slot.length - HEADER}`);
  }
  slot.set(bytes, HEADER);
  writeType(slot, typeof item === 'string' ? STRING : BYTES, bytes.length);
}

function writeType(slot: Buffer, type: number, length = 0): void {
  slot[0] = type;
  slot.writeUInt32LE(length, 4);
}
