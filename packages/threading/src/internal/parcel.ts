import { type Body, decodeBody, decodeBytes, encodeBytes, loadClasses, unpack } from '@weft/core/lowlevel';
import type { Arena } from './arena.ts';
import { self } from './registry.ts';
import { lookOnShelf, putOnShelf, takeFromShelf } from './shelf.ts';

/** How many words a slot has. */
export const SLOT_WORDS = 16;
// The words of a slot: how the item is written; its length in bytes; the thread that put it, and its number there; and
// from here on the item itself, the number of a block, or a double.
const FORM = 0;
const LENGTH = 1;
const OWNER = 2;
const NUMBER = 3;
const BODY = 4;
const Form = { Double: 1, Inline: 2, Block: 3 } as const;
const INLINE_BYTES = (SLOT_WORDS - BODY) * 4;

/** An item ready to be put into a slot. */
export interface Parcel {
  form: number;
  /** The item, if it is a number. */
  double: number;
  bytes: Buffer | undefined;
  /** Where the bytes are, if they are too many for a slot. */
  block: number;
  /** What the thread that puts it knows it by; 0 unless it is an object. */
  number: number;
}

/** An item as it was found in a slot. */
export interface Found {
  form: number;
  double: number;
  bytes: Buffer | undefined;
  block: number;
  length: number;
  /** What the thread that put it knows it by, if that is this thread; or else 0. */
  number: number;
}

const encoding = { medium: 'thread', path: 'the item', shareBuffer: putOnShelf } as const;
const decoding = { medium: 'thread', sharedBuffer: takeFromShelf } as const;

// How the bytes begin of what structured clone has written: anything but plain data.
const CLONED = encodeBytes(new Map(), { medium: 'thread', path: 'the item' })[0];

/**
 * Makes an item ready.
 *
 * @throws {TransferError} If it cannot cross to another thread.
 */
export function wrap(item: unknown): Parcel {
  if (typeof item === 'number') return { form: Form.Double, double: item, bytes: undefined, block: 0, number: 0 };
  const bytes = encodeBytes(item, encoding);
  return { form: bytes.length <= INLINE_BYTES ? Form.Inline : Form.Block, double: 0, bytes, block: 0, number: 0 };
}

/** Whether a parcel needs a block of the arena before it can be put. */
export function needsBlock(parcel: Parcel): boolean {
  return parcel.form === Form.Block;
}

/** How many words a block for so many bytes has. */
export function blockWords(length: number): number {
  return (length + 3) >> 2;
}

/** Writes a parcel into a slot. */
export function writeSlot(arena: Arena, slot: number, parcel: Parcel): void {
  const words = arena.words(slot + SLOT_WORDS);
  words[slot + FORM] = parcel.form;
  words[slot + OWNER] = parcel.number === 0 ? 0 : self;
  words[slot + NUMBER] = parcel.number;
  if (parcel.form === Form.Double) {
    arena.numbers(slot + SLOT_WORDS)[(slot + BODY) >> 1] = parcel.double;
    return;
  }
  const { bytes } = parcel as { bytes: Buffer };
  words[slot + LENGTH] = bytes.length;
  if (parcel.form === Form.Block) words[slot + BODY] = parcel.block;
  else {
    const memory = arena.bytes(slot + SLOT_WORDS);
    // So few bytes are copied faster by hand.
    for (let at = (slot + BODY) * 4, index = 0; index < bytes.length; index += 1)
      memory[at + index] = bytes[index] as number;
  }
}

/** Reads a slot, whose contents may be overwritten afterwards; a block stays. */
export function readSlot(arena: Arena, slot: number): Found {
  const words = arena.words(slot + SLOT_WORDS);
  const form = words[slot + FORM] as number;
  const double = form === Form.Double ? (arena.numbers(slot + SLOT_WORDS)[(slot + BODY) >> 1] as number) : 0;
  const length = form === Form.Double ? 0 : (words[slot + LENGTH] as number);
  const number = words[slot + OWNER] === self ? (words[slot + NUMBER] as number) : 0;
  const found: Found = { form, double, bytes: undefined, block: 0, length, number };
  if (form === Form.Inline) {
    const memory = arena.bytes(slot + SLOT_WORDS);
    const own = Buffer.allocUnsafe(length);
    for (let at = (slot + BODY) * 4, index = 0; index < length; index += 1) own[index] = memory[at + index] as number;
    found.bytes = own;
  } else if (form === Form.Block) found.block = words[slot + BODY] as number;
  return found;
}

/** The number by which this thread knows the item in a slot, or 0. */
export function numberIn(arena: Arena, slot: number): number {
  const words = arena.words(slot + SLOT_WORDS);
  return words[slot + OWNER] === self ? (words[slot + NUMBER] as number) : 0;
}

/** Reads the bytes of a block. */
export function readBlock(arena: Arena, found: Found): void {
  if (found.form !== Form.Block) return;
  // What is decoded may be a view of its bytes, so these are nobody else's.
  found.bytes = Buffer.allocUnsafe(found.length);
  arena
    .bytes(found.block + blockWords(found.length))
    .copy(found.bytes, 0, found.block * 4, found.block * 4 + found.length);
}

/** Makes the item of what was found. */
export function unwrap(found: Found): unknown {
  return found.form === Form.Double ? found.double : decodeBytes(found.bytes as Buffer, decoding);
}

/** Whether modules may have to be loaded to make the item. */
export function mayNeedLoading(found: Found): boolean {
  return found.form !== Form.Double && found.bytes?.[0] === CLONED;
}

/** Does the same as {@link unwrap}, and first loads the modules of classes that the item needs. */
export async function unwrapLoading(found: Found): Promise<unknown> {
  const body: Body = decodeBody(found.bytes as Buffer);
  await loadClasses(body);
  return unpack(body, 'thread', takeFromShelf);
}

/** Reads the item in a slot, and leaves it there. */
export function peek(arena: Arena, slot: number): unknown {
  const found = readSlot(arena, slot);
  readBlock(arena, found);
  if (found.form === Form.Double) return found.double;
  return decodeBytes(found.bytes as Buffer, { medium: 'thread', sharedBuffer: lookOnShelf });
}
