import type { CellMemory, Kind, Wake } from '../cell-memory.ts';
import {
  AT_MEMBERS,
  AT_SLOTS,
  AT_SLOTS_USED,
  GRANTED,
  MEMBER_BUSY,
  MEMBER_WORDS,
  SLOT_VALUE,
  SLOT_WORDS,
  WAITING,
} from '../layout.ts';
import type { Message, MessageStore } from '../message-store.ts';
import {
  AT_BYTES,
  AT_BYTES_PROMISED,
  AT_COUNT,
  AT_MAX,
  AT_MAX_BYTES,
  AT_PLACES_PROMISED,
  AT_PROMISED,
  AT_READERS,
  AT_SHUT,
  AT_UNFINISHED,
  AT_WRITERS,
  DONE,
  END,
  GETTERS,
  JOINERS,
  POLLERS,
  PUTTERS,
  SHUT_DOWN,
} from './mailbox-layout.ts';
import { buryDeadEnds, closeEndsOf, isEnded, noticeEnds } from './pipe-ends.ts';

/** Puts {@link CellMemory.outgoing}. */
export function put(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  const { words } = memory;
  const message = outgoing(memory);
  if (words[AT_SHUT] === 1) return SHUT_DOWN;
  buryDeadEnds(memory);
  if (isEnded(memory, AT_READERS)) return END;
  if (mustWait(memory, message)) reapIf(memory, (words[AT_PLACES_PROMISED] as number) + memory.waiting(PUTTERS));
  if (mustWait(memory, message)) {
    const place = memory.wait(member, PUTTERS, message.length, wake);
    return place === DONE ? putPromised(memory, member) : place;
  }
  add(memory, member, message);
  return DONE;
}

/** Puts the message for which a place came free. */
export function collectPlace(memory: CellMemory, member: number, slot: number): number {
  if (memory.stateOf(slot) !== GRANTED) return -1;
  const state = memory.valueOf(slot);
  memory.free(slot);
  if (state === DONE) return putPromised(memory, member);
  return state;
}

function putPromised(memory: CellMemory, member: number): number {
  const message = outgoing(memory);
  breakPlace(memory);
  if (memory.words[AT_SHUT] === 1) return SHUT_DOWN;
  if (isEnded(memory, AT_READERS)) return END;
  add(memory, member, message);
  return DONE;
}

/** Leaves the line of those who put: 1, or 0 if a place was promised before. */
export function leavePlace(memory: CellMemory, _member: number, slot: number): number {
  if (memory.stateOf(slot) !== WAITING) return 0;
  memory.free(slot);
  // The next one's message may be shorter.
  promisePlaces(memory);
  return 1;
}

/** Takes the first message into {@link CellMemory.incoming}. */
export function get(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  if (isAvailable(memory)) {
    remove(memory, member);
    return DONE;
  }
  if (memory.words[AT_SHUT] === 1) return SHUT_DOWN;
  buryDeadEnds(memory);
  if (isEnded(memory, AT_WRITERS)) return END;
  const place = memory.wait(member, GETTERS, 0, wake);
  return place === DONE ? takePromised(memory, member) : place;
}

/** Takes the message that a wait was promised. */
export function collectMessage(memory: CellMemory, member: number, slot: number): number {
  if (memory.stateOf(slot) !== GRANTED) return -1;
  const state = memory.valueOf(slot);
  memory.free(slot);
  return state === DONE ? takePromised(memory, member) : state;
}

function takePromised(memory: CellMemory, member: number): number {
  memory.set(AT_PROMISED, (memory.words[AT_PROMISED] as number) - 1);
  remove(memory, member);
  return DONE;
}

/** Waits until there is something to take, or nothing will come any more. Takes nothing. */
export function poll(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  if (isAvailable(memory) || memory.words[AT_SHUT] === 1) return DONE;
  buryDeadEnds(memory);
  if (isEnded(memory, AT_WRITERS)) return DONE;
  return memory.enqueue(member, POLLERS, 0, wake);
}

/** One message less is unfinished: -1 if none was. */
export function taskDone(memory: CellMemory): number {
  const unfinished = memory.words[AT_UNFINISHED] as number;
  if (unfinished === 0) return -1;
  memory.set(AT_UNFINISHED, unfinished - 1);
  if (unfinished === 1) memory.grantAll(JOINERS);
  return 0;
}

/** Waits until no message is unfinished. */
export function join(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  return memory.words[AT_UNFINISHED] === 0 ? DONE : memory.wait(member, JOINERS, 0, wake);
}

/** Ends putting; with `immediate` 1 drops what is there too. */
export function shutDown(memory: CellMemory, _member: number, immediate: number): number {
  const { words } = memory;
  memory.set(AT_SHUT, 1);
  if (immediate === 1) dropAll(memory);
  if (!isAvailable(memory)) memory.grantAll(GETTERS, SHUT_DOWN);
  memory.grantAll(PUTTERS, SHUT_DOWN);
  memory.grantAll(POLLERS);
  if (words[AT_UNFINISHED] === 0) memory.grantAll(JOINERS);
  return 0;
}

export const mailboxKind: Kind = {
  undoGrant(memory, _member, line, value) {
    if (line === GETTERS && value === DONE) {
      memory.set(AT_PROMISED, (memory.words[AT_PROMISED] as number) - 1);
      promise(memory);
    }
    if (line === PUTTERS && value === DONE) {
      breakPlace(memory);
      promisePlaces(memory);
    }
  },
  undoWait(memory, _member, line) {
    if (line === PUTTERS) promisePlaces(memory);
  },
  notice: noticeEnds,
  undoHold(memory, member) {
    const busy = memory.words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_BUSY] as number;
    if (busy !== 0) memory.store?.drop(memory, busy);
    closeEndsOf(memory, member);
  },
};

function outgoing(memory: CellMemory): Message {
  return memory.outgoing as Message;
}

function storeOf(memory: CellMemory): MessageStore {
  return memory.store as MessageStore;
}

function available(memory: CellMemory): number {
  return (memory.words[AT_COUNT] as number) - (memory.words[AT_PROMISED] as number);
}

/** Whether there is a message that nobody was promised, or only somebody who has died since. */
function isAvailable(memory: CellMemory): boolean {
  if (available(memory) <= 0) reapIf(memory, memory.words[AT_PROMISED] as number);
  return available(memory) > 0;
}

function mustWait(memory: CellMemory, message: Message): boolean {
  return !hasRoom(memory, message.length) || memory.waiting(PUTTERS) > 0;
}

/** Clears up after the dead where they may be whom one waits for: whoever only looks, again and again, never does it else. */
function reapIf(memory: CellMemory, others: number): void {
  if (others > 0) memory.reap();
}

function hasRoom(memory: CellMemory, length: number): boolean {
  const { words } = memory;
  const max = words[AT_MAX] as number;
  if (max > 0 && (words[AT_COUNT] as number) + (words[AT_PLACES_PROMISED] as number) >= max) return false;
  const maxBytes = words[AT_MAX_BYTES] as number;
  if (maxBytes === 0) return true;
  const bytes = (words[AT_BYTES] as number) + (words[AT_BYTES_PROMISED] as number);
  // A message that is larger than all the room goes alone. Nobody passes one who has a place and has not used it.
  return words[AT_PLACES_PROMISED] === 0 && (bytes === 0 || bytes + length <= maxBytes);
}

function add(memory: CellMemory, member: number, message: Message): void {
  const { words } = memory;
  storeOf(memory).append(memory, message);
  memory.set(AT_COUNT, (words[AT_COUNT] as number) + 1);
  memory.set(AT_UNFINISHED, ((words[AT_UNFINISHED] as number) + 1) | 0);
  if (words[AT_MAX_BYTES] !== 0) memory.set(AT_BYTES, (words[AT_BYTES] as number) + message.length);
  if (message.segment !== undefined) memory.set(AT_MEMBERS + member * MEMBER_WORDS + MEMBER_BUSY, 0);
  promise(memory);
  memory.grantAll(POLLERS);
}

function remove(memory: CellMemory, member: number): void {
  const { words } = memory;
  const message = storeOf(memory).take(memory);
  memory.incoming = message;
  const count = (words[AT_COUNT] as number) - 1;
  memory.set(AT_COUNT, count);
  if (count === 0) storeOf(memory).rewind(memory);
  if (words[AT_MAX_BYTES] !== 0) memory.set(AT_BYTES, (words[AT_BYTES] as number) - message.length);
  // Until the message is read: if this agent dies, nobody else will free it.
  if (message.segment !== undefined) memory.set(AT_MEMBERS + member * MEMBER_WORDS + MEMBER_BUSY, message.segment);
  promisePlaces(memory);
}

/** Promises messages to those who wait for them. */
function promise(memory: CellMemory): void {
  while (available(memory) > 0) {
    const next = memory.first(GETTERS);
    if (next < 0) return;
    memory.set(AT_PROMISED, (memory.words[AT_PROMISED] as number) + 1);
    memory.grant(next, DONE);
  }
}

/** Promises free places to those who wait for them. */
function promisePlaces(memory: CellMemory): void {
  const { words } = memory;
  for (;;) {
    const next = memory.first(PUTTERS);
    if (next < 0) return;
    const length = memory.valueOf(next);
    if (!hasRoom(memory, length)) return;
    memory.set(AT_PLACES_PROMISED, (words[AT_PLACES_PROMISED] as number) + 1);
    if (words[AT_MAX_BYTES] !== 0) memory.set(AT_BYTES_PROMISED, (words[AT_BYTES_PROMISED] as number) + length);
    memory.grant(next, DONE);
  }
}

function breakPlace(memory: CellMemory): void {
  memory.set(AT_PLACES_PROMISED, (memory.words[AT_PLACES_PROMISED] as number) - 1);
  // A pipe promises one place at a time.
  memory.set(AT_BYTES_PROMISED, 0);
}

function dropAll(memory: CellMemory): void {
  const { words } = memory;
  const count = words[AT_COUNT] as number;
  for (let i = 0; i < count; i += 1) {
    const { segment } = storeOf(memory).take(memory);
    if (segment !== undefined) storeOf(memory).drop(memory, segment);
    // Many messages, few words: each is final as it goes.
    memory.set(AT_COUNT, (words[AT_COUNT] as number) - 1);
    memory.set(AT_UNFINISHED, (words[AT_UNFINISHED] as number) - 1);
    memory.commit();
  }
  storeOf(memory).rewind(memory);
  memory.set(AT_PROMISED, 0);
  memory.set(AT_BYTES, 0);
  for (let slot = 0; slot < (words[AT_SLOTS_USED] as number); slot += 1) {
    const promised =
      memory.lineOf(slot) === GETTERS && memory.stateOf(slot) === GRANTED && memory.valueOf(slot) === DONE;
    if (promised) memory.set(AT_SLOTS + slot * SLOT_WORDS + SLOT_VALUE, SHUT_DOWN);
  }
}

/** Sets how many messages fit; those that are there stay. */
export function resize(memory: CellMemory, _member: number, max: number): number {
  memory.set(AT_MAX, max);
  promisePlaces(memory);
  return 0;
}
