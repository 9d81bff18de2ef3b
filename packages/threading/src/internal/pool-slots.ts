import { countLarge, rawText } from '@weft/core/lowlevel';
import { copyBytes } from './pool-bytes.ts';
import { Flag, KIND_MASK, Kind } from './pool-codec.ts';
import { Slot, type SlotView } from './pool-layout.ts';

/** Bytes beside a ring that are given out in order and come free in order. */
export interface Arena {
  readonly bytes: Buffer;
  /** Finds room; answers where, or -1 if there is none now. */
  reserve(size: number): number;
  /** Takes what was reserved, up to `end`. */
  commit(end: number): void;
}

/**
 * Writes an encoded value into a slot, or into the arena if it is too long.
 *
 * @param at Where the slot begins.
 * @returns The kind under which to read it, with {@link Flag.Arena}, or -1 if the arena has no room now.
 */
export function writeValue(slots: SlotView, at: number, kind: number, payload: unknown, arena: Arena): number {
  switch (kind) {
    case Kind.Int:
      slots.words[at + Slot.Value] = payload as number;
      return kind;
    case Kind.Double:
      slots.doubles[(at + Slot.Value) >> 1] = payload as number;
      return kind;
    case Kind.Text:
    case Kind.Json:
      return writeText(slots, at, kind, payload as string, arena);
    case Kind.Bytes:
    case Kind.Buffer:
    case Kind.Clone:
      return writeBytes(slots, at, kind, payload as Uint8Array, arena);
    default:
      return kind;
  }
}

/** Reads what {@link writeValue} wrote; of structured clone, its bytes. */
export function readValue(slots: SlotView, at: number, kind: number, arena: Buffer): unknown {
  switch (kind & KIND_MASK) {
    case Kind.Int:
      return slots.words[at + Slot.Value];
    case Kind.Double:
      return slots.doubles[(at + Slot.Value) >> 1];
    case Kind.Null:
      return null;
    case Kind.True:
      return true;
    case Kind.False:
      return false;
    case Kind.Text:
    case Kind.Wide:
      return readText(slots, at, kind, arena);
    case Kind.Json:
    case Kind.WideJson:
      return JSON.parse(readText(slots, at, kind, arena)) as unknown;
    case Kind.Bytes:
      return new Uint8Array(readBytes(slots, at, kind, arena).buffer);
    case Kind.Buffer:
    case Kind.Clone:
      return readBytes(slots, at, kind, arena);
    default:
      return undefined;
  }
}

function writeText(slots: SlotView, at: number, kind: number, text: string, arena: Arena): number {
  const { length } = text;
  if (length <= slots.room && writeNarrow(slots.bytes, (at + Slot.Value) * 4, text)) {
    slots.words[at + Slot.Size] = length;
    return kind;
  }
  const offset = arena.reserve(length * 2);
  if (offset < 0) return -1;
  const bytes = rawText(arena.bytes);
  // ASCII is the only text whose UTF-8 form is as long as the text: then one byte a unit is enough.
  const isAscii = bytes.utf8Write(text, offset, length * 2) === length && isAsciiAt(bytes, offset, length);
  const size = isAscii ? length : bytes.ucs2Write(text, offset, length * 2);
  return place(slots, at, (isAscii ? kind : kind + 1) | Flag.Arena, offset, size, arena);
}

// An equal length can also mean that the text was cut where its room ended.
function isAsciiAt(bytes: Buffer, offset: number, length: number): boolean {
  return (bytes[offset] as number) < 128 && (bytes[offset + length - 1] as number) < 128;
}

function writeBytes(slots: SlotView, at: number, kind: number, payload: Uint8Array, arena: Arena): number {
  if (payload.length <= slots.room) {
    slots.bytes.set(payload, (at + Slot.Value) * 4);
    slots.words[at + Slot.Size] = payload.length;
    return kind;
  }
  const offset = arena.reserve(payload.length);
  if (offset < 0) return -1;
  arena.bytes.set(payload, offset);
  return place(slots, at, kind | Flag.Arena, offset, payload.length, arena);
}

function place(slots: SlotView, at: number, kind: number, offset: number, size: number, arena: Arena): number {
  const end = (offset + size + 7) & ~7;
  slots.words[at + Slot.Size] = size;
  slots.words[at + Slot.Value] = offset;
  slots.words[at + Slot.ArenaEnd] = end;
  arena.commit(end);
  return kind;
}

function writeNarrow(bytes: Buffer, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 255) return false;
    bytes[offset + i] = unit;
  }
  return true;
}

function readText(slots: SlotView, at: number, kind: number, arena: Buffer): string {
  const size = slots.words[at + Slot.Size] as number;
  const inArena = (kind & Flag.Arena) !== 0;
  const from = inArena ? (slots.words[at + Slot.Value] as number) : (at + Slot.Value) * 4;
  const bytes = rawText(inArena ? arena : slots.bytes);
  const wide = (kind & KIND_MASK) === Kind.Wide || (kind & KIND_MASK) === Kind.WideJson;
  return wide ? bytes.ucs2Slice(from, from + size) : bytes.latin1Slice(from, from + size);
}

// A copy: what stands in the ring or the arena will be overwritten.
function readBytes(slots: SlotView, at: number, kind: number, arena: Buffer): Buffer {
  const size = slots.words[at + Slot.Size] as number;
  const inArena = (kind & Flag.Arena) !== 0;
  const from = inArena ? (slots.words[at + Slot.Value] as number) : (at + Slot.Value) * 4;
  countLarge(size);
  return copyBytes(inArena ? arena : slots.bytes, from, from + size);
}
