import { type Body, decodeBody, decodeBytes, encodeBytes, loadClasses, unpack } from '@weft/core/lowlevel';
import type { Arena } from './arena.ts';
import { self } from './registry.ts';
import { lookOnShelf, openShelf, putOnShelf, takeFromShelf } from './shelf.ts';

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
  number: number;
}

/** An item as it was found in a slot. */
export interface Found {
  form: number;
  double: number;
  bytes: Buffer | undefined;
  block: number;
  length: number;
  /** The object itself, where it is in the thread that put it. */
  original: object | undefined;
}

const encoding = { medium: 'thread', path: 'the item', shareBuffer: putOnShelf } as const;
const decoding = { medium: 'thread', sharedBuffer: takeFromShelf } as const;

openShelf();

/**
 * Makes an item ready.
 *
 * @throws {TransferError} If it cannot cross to another thread.
 */
export function wrap(item: unknown): Parcel {
  if (typeof item === 'number') return { form: Form.Double, double: item, bytes: undefined, block: 0, number: 0 };
  const bytes = encodeBytes(item, encoding);
  const form = bytes.length <= INLINE_BYTES ? Form.Inline : Form.Block;
  const number = typeof item === 'object' && item !== null ? remember(item) : 0;
  return { form, double: 0, bytes, block: 0, number };
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
  else arena.bytes(slot + SLOT_WORDS).set(bytes, (slot + BODY) * 4);
}

/** Reads a slot, whose contents may be overwritten afterwards; a block stays. */
export function readSlot(arena: Arena, slot: number): Found {
  const words = arena.words(slot + SLOT_WORDS);
  const form = words[slot + FORM] as number;
  const double = form === Form.Double ? (arena.numbers(slot + SLOT_WORDS)[(slot + BODY) >> 1] as number) : 0;
  const length = form === Form.Double ? 0 : (words[slot + LENGTH] as number);
  const found: Found = { form, double, bytes: undefined, block: 0, length, original: undefined };
  if (form === Form.Inline) found.bytes = copy(arena.bytes(slot + SLOT_WORDS), (slot + BODY) * 4, length);
  else if (form === Form.Block) found.block = words[slot + BODY] as number;
  if (words[slot + OWNER] === self) found.original = originals.get(words[slot + NUMBER] as number)?.deref();
  return found;
}

/** Reads the bytes of a block. */
export function readBlock(arena: Arena, found: Found): void {
  if (found.form !== Form.Block) return;
  found.bytes = copy(arena.bytes(found.block + blockWords(found.length)), found.block * 4, found.length);
}

/** Makes the item of what was found. */
export function unwrap(found: Found): unknown {
  if (found.form === Form.Double) return found.double;
  return found.original ?? decodeBytes(found.bytes as Buffer, decoding);
}

/** Does the same as {@link unwrap}, and first loads the modules of classes that the item needs. */
export async function unwrapLoading(found: Found): Promise<unknown> {
  if (found.form === Form.Double || found.original !== undefined) return unwrap(found);
  const body: Body = decodeBody(found.bytes as Buffer);
  await loadClasses(body);
  return unpack(body, 'thread', takeFromShelf);
}

/** Reads the item in a slot, and leaves it there. */
export function peek(arena: Arena, slot: number): unknown {
  const found = readSlot(arena, slot);
  readBlock(arena, found);
  if (found.form === Form.Double) return found.double;
  return found.original ?? decodeBytes(found.bytes as Buffer, { medium: 'thread', sharedBuffer: lookOnShelf });
}

// What is decoded may be a view of its bytes, so these are nobody else's.
function copy(bytes: Buffer, at: number, length: number): Buffer {
  const own = Buffer.allocUnsafeSlow(length);
  own.set(bytes.subarray(at, at + length));
  return own;
}

// An object that a thread takes out again itself is the same object. It is not kept alive for that: if nobody else has
// it, nobody can tell.
const originals = new Map<number, WeakRef<object>>();
const numbers = new WeakMap<object, number>();
const forget = new FinalizationRegistry<number>((number) => originals.delete(number));
let lastNumber = 0;

function remember(item: object): number {
  const known = numbers.get(item);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(item, lastNumber);
  originals.set(lastNumber, new WeakRef(item));
  forget.register(item, lastNumber);
  return lastNumber;
}
