import {
  type Body,
  type DecodeOptions,
  JsonWriter,
  decodeBody,
  decodeBytes,
  encodeBytes,
  isJsonExact,
  loadClasses,
  rawText,
  unpack,
} from '@weft/core/lowlevel';
import type { Arena } from './arena.ts';
import { self } from './registry.ts';
import { clearFromShelf, lookOnShelf, putOnShelf, takeFromShelf } from './shelf.ts';

/** How many words a slot has. */
export const SLOT_WORDS = 24;
// The words of a slot: how the item is written; its length in bytes; the thread that put it, and its number there; and
// from here on the item itself, the number of a block, or a double.
const FORM = 0;
const LENGTH = 1;
const OWNER = 2;
const NUMBER = 3;
const BODY = 4;
const Form = { Double: 1, Inline: 2, Block: 3 } as const;
const PLACE = 3;
// Added to the form where what stands there is ASCII text, as it is or as JSON.
const Text = { Bare: 4, Json: 8 } as const;
const INLINE_BYTES = (SLOT_WORDS - BODY) * 4;

/** An item ready to be put into a slot. */
export interface Parcel {
  form: number;
  /** The item, if it is a number. */
  double: number;
  /** They may be the writer's, who wants them back: see {@link keepOrLetGo}. */
  bytes: Buffer | undefined;
  /** The text, instead of bytes, if it is ASCII. */
  text: string | undefined;
  /** How many bytes there are. */
  length: number;
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
  text: string | undefined;
  block: number;
  length: number;
  /** What the thread that put it knows it by, if that is this thread; or else 0. */
  number: number;
}

const encoding = { medium: 'thread', path: 'the item', shareBuffer: putOnShelf } as const;
const writer = new JsonWriter();
const decoding = { medium: 'thread', sharedBuffer: takeFromShelf } as const;

/** How the bytes begin of what structured clone has written: anything but plain data. Tried out when first asked for. */
let cloned: number | undefined;

/**
 * Makes an item ready.
 *
 * @throws {TransferError} If it cannot cross to another thread.
 */
export function wrap(item: unknown): Parcel {
  if (typeof item === 'number') return parcelOf(Form.Double, item);
  if (typeof item === 'string') {
    if (isAscii(item)) return parcelOf(placeOf(item.length) | Text.Bare, 0, undefined, item, item.length);
  } else if (typeof item === 'object' && item !== null) {
    const length = writer.write(item);
    if (length > 0) return parcelOf(placeOf(length) | Text.Json, 0, writer.bytes, undefined, length);
    if (!isJsonExact(item)) return wrapBytes(item);
    const text = JSON.stringify(item);
    if (isAscii(text)) return parcelOf(placeOf(text.length) | Text.Json, 0, undefined, text, text.length);
  }
  return wrapBytes(item);
}

function wrapBytes(item: unknown): Parcel {
  const bytes = encodeBytes(item, encoding);
  return parcelOf(placeOf(bytes.length), 0, bytes, undefined, bytes.length);
}

/** Lets go of what {@link wrap} lent to a parcel: must be called once it was put, or before anything is waited for. */
export function keepOrLetGo(parcel: Parcel, wasPut: boolean): void {
  if (parcel.bytes !== writer.bytes) return;
  if (!wasPut) parcel.bytes = Buffer.from(writer.bytes.subarray(0, parcel.length));
  writer.letGo();
}

function parcelOf(form: number, double: number, bytes?: Buffer, text?: string, length = 0): Parcel {
  return { form, double, bytes, text, length, block: 0, number: 0 };
}

function placeOf(length: number): number {
  return length <= INLINE_BYTES ? Form.Inline : Form.Block;
}

// ASCII is the only text whose UTF-8 form is as long as the text.
function isAscii(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') === text.length;
}

/** Whether a parcel needs a block of the arena before it can be put. */
export function needsBlock(parcel: Parcel): boolean {
  return (parcel.form & PLACE) === Form.Block;
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
  words[slot + LENGTH] = parcel.length;
  if (needsBlock(parcel)) words[slot + BODY] = parcel.block;
  else writeInline(arena.bytes(slot + SLOT_WORDS), (slot + BODY) * 4, parcel);
}

// So few bytes are copied faster by hand.
function writeInline(memory: Buffer, at: number, { bytes, text, length }: Parcel): void {
  for (let index = 0; index < length; index += 1)
    memory[at + index] = text === undefined ? ((bytes as Buffer)[index] as number) : text.charCodeAt(index);
}

/** Writes what a parcel holds into its block. */
export function writeBlock(arena: Arena, { bytes, text, length, block }: Parcel): void {
  const memory = arena.bytes(block + blockWords(length));
  if (text === undefined) (bytes as Buffer).copy(memory, block * 4, 0, length);
  else rawText(memory).latin1Write(text, block * 4, length);
}

/** Reads a slot, whose contents may be overwritten afterwards; a block stays. */
export function readSlot(arena: Arena, slot: number): Found {
  const words = arena.words(slot + SLOT_WORDS);
  const form = words[slot + FORM] as number;
  const double = form === Form.Double ? (arena.numbers(slot + SLOT_WORDS)[(slot + BODY) >> 1] as number) : 0;
  const length = form === Form.Double ? 0 : (words[slot + LENGTH] as number);
  const number = words[slot + OWNER] === self ? (words[slot + NUMBER] as number) : 0;
  const found: Found = { form, double, bytes: undefined, text: undefined, block: 0, length, number };
  if ((form & PLACE) === Form.Block) found.block = words[slot + BODY] as number;
  else if ((form & PLACE) === Form.Inline) readInto(found, arena.bytes(slot + SLOT_WORDS), (slot + BODY) * 4);
  return found;
}

/** The number by which this thread knows the item in a slot, or 0. */
export function numberIn(arena: Arena, slot: number): number {
  const words = arena.words(slot + SLOT_WORDS);
  return words[slot + OWNER] === self ? (words[slot + NUMBER] as number) : 0;
}

/** Reads the bytes of a block. */
export function readBlock(arena: Arena, found: Found): void {
  if ((found.form & PLACE) !== Form.Block) return;
  readInto(found, arena.bytes(found.block + blockWords(found.length)), found.block * 4);
}

function readInto(found: Found, memory: Buffer, at: number): void {
  const { form, length } = found;
  if (form > PLACE) {
    found.text = rawText(memory).latin1Slice(at, at + length);
    return;
  }
  // What is decoded may be a view of its bytes, so these are nobody else's.
  found.bytes = Buffer.allocUnsafe(length);
  memory.copy(found.bytes, 0, at, at + length);
}

/** Makes the item of what was found. */
export function unwrap(found: Found): unknown {
  return open(found, decoding);
}

function open({ form, double, bytes, text }: Found, options: DecodeOptions): unknown {
  if (form === Form.Double) return double;
  if (text === undefined) return decodeBytes(bytes as Buffer, options);
  return (form & Text.Json) === 0 ? text : (JSON.parse(text) as unknown);
}

/** Whether modules may have to be loaded to make the item. */
export function mayNeedLoading(found: Found): boolean {
  return isCloned(found);
}

function isCloned({ form, bytes }: Found | Parcel): boolean {
  if (bytes === undefined || form > PLACE) return false;
  cloned ??= encodeBytes(new Map(), encoding)[0];
  return bytes[0] === cloned;
}

/** Has all threads forget the shared memory of an item that nobody will make of its bytes. */
export function throwAway(item: Found | Parcel): void {
  if (!isCloned(item)) return;
  for (const special of decodeBody(item.bytes as Buffer).s ?? [])
    if (special.kind === 'shared') clearFromShelf(special.id);
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
  return open(found, { medium: 'thread', sharedBuffer: lookOnShelf });
}
