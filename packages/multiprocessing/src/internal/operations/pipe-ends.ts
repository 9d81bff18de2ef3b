import type { CellMemory } from '../cell-memory.ts';
import {
  AT_MAX_BYTES,
  AT_READERS,
  AT_READERS_SENT,
  AT_SENT_TIME,
  AT_WRITERS,
  AT_WRITERS_SENT,
  END,
  GETTERS,
  POLLERS,
  PUTTERS,
} from './mailbox-layout.ts';

/** Ends of a pipe: what a member holds counts readers in the low half and writers in the high half. */
export const READER = 1;
export const WRITER = 1 << 16;
/** After so many seconds an end that was sent and arrived nowhere is taken for lost. */
const LOST_AFTER = 30;

/** Opens an end of a pipe: {@link READER} or {@link WRITER}; a negative one closes it. */
export function openEnd(memory: CellMemory, member: number, end: number): number {
  memory.hold(member, end);
  countEnds(memory, end, 1);
  return 0;
}

/** Notes that an end of a pipe is on its way; a negative one has arrived. */
export function sendEnd(memory: CellMemory, _member: number, end: number): number {
  const at = Math.abs(end) === READER ? AT_READERS_SENT : AT_WRITERS_SENT;
  memory.set(at, Math.max(0, (memory.words[at] as number) + Math.sign(end)));
  memory.set(AT_SENT_TIME, seconds());
  return 0;
}

/** Takes back the ends that a dead member held. */
export function closeEndsOf(memory: CellMemory, member: number): void {
  const held = memory.heldBy(member);
  if (held === 0) return;
  countEnds(memory, READER, -(held & 0xffff));
  countEnds(memory, WRITER, -(held >> 16));
}

/** Of a pipe, clears up after the dead, so that its end is noticed at once. */
export function buryDeadEnds(memory: CellMemory): void {
  if (memory.words[AT_MAX_BYTES] !== 0) memory.reap();
}

/** Whether nobody has an end of this kind any more. Queues have no ends. */
export function isEnded(memory: CellMemory, at: number): boolean {
  const { words } = memory;
  if (words[AT_MAX_BYTES] === 0 || words[at] !== 0) return false;
  const sent = at === AT_READERS ? AT_READERS_SENT : AT_WRITERS_SENT;
  return words[sent] === 0 || seconds() - (words[AT_SENT_TIME] as number) > LOST_AFTER;
}

function countEnds(memory: CellMemory, end: number, times: number): void {
  const at = Math.abs(end) === READER ? AT_READERS : AT_WRITERS;
  memory.set(at, (memory.words[at] as number) + Math.sign(end) * times);
  noticeEnds(memory);
}

/** Tells those who wait in vain that an end is closed everywhere. */
export function noticeEnds(memory: CellMemory): void {
  if (isEnded(memory, AT_WRITERS)) {
    memory.grantAll(GETTERS, END);
    memory.grantAll(POLLERS);
  }
  if (isEnded(memory, AT_READERS)) memory.grantAll(PUTTERS, END);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000) & 0x7fffffff;
}
