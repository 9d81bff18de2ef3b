import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads';
import { TransferError } from '@weft/core';
import { Header } from './layout.ts';
import { memory } from './registry.ts';

type Message = { id: number; buffer: SharedArrayBuffer } | { gone: number[] } | { wanted: number };

const PATIENCE = 10_000;
const nap = new Int32Array(new SharedArrayBuffer(4));
const shelf = new Map<number, SharedArrayBuffer>();
let channel: BroadcastChannel | undefined;

/**
 * Opens this thread's end of the channel on which shared memory is handed round.
 *
 * Bytes cannot hold shared memory. Who writes some to a queue hands it to all threads, under a number that goes into
 * the bytes; the one that reads them tells the others to forget it. A thread that began later asks for it.
 */
export function openShelf(): void {
  if (channel !== undefined) return;
  channel = new BroadcastChannel(`weft.threading.${memory[Header.Id]}`);
  channel.onmessage = (event: unknown) => hear((event as { data: Message }).data);
  (channel as unknown as { unref(): void }).unref();
}

/** Hands shared memory to all threads. */
export function putOnShelf(buffer: SharedArrayBuffer): number {
  openShelf();
  const id = Atomics.add(memory, Header.Shelf, 1) + 1;
  shelf.set(id, buffer);
  say({ id, buffer });
  return id;
}

/** Looks at shared memory that some thread handed round. */
export function lookOnShelf(id: number): SharedArrayBuffer {
  serveShelf();
  if (!shelf.has(id)) ask(id);
  const buffer = shelf.get(id);
  if (buffer === undefined) throw new TransferError('Cannot receive shared memory: the thread that sent it has ended');
  return buffer;
}

/** Takes shared memory that some thread handed round: no other thread can afterwards. */
export function takeFromShelf(id: number): SharedArrayBuffer {
  const buffer = lookOnShelf(id);
  clearFromShelf(id);
  return buffer;
}

/** Has all threads forget shared memory that some thread handed round, and that nobody will take. */
export function clearFromShelf(id: number): void {
  shelf.delete(id);
  say({ gone: [id] });
}

/** Hears what the other threads have said so far, where the event loop does not turn. */
export function serveShelf(): void {
  if (channel === undefined) return;
  for (;;) {
    const received = receiveMessageOnPort(channel as never) as { message: Message } | undefined;
    if (received === undefined) return;
    hear(received.message);
  }
}

function ask(id: number): void {
  const end = performance.now() + PATIENCE;
  say({ wanted: id });
  while (!shelf.has(id) && performance.now() < end) {
    Atomics.wait(nap, 0, 0, 1);
    serveShelf();
  }
}

function hear(message: Message): void {
  if ('gone' in message) for (const id of message.gone) shelf.delete(id);
  else if ('wanted' in message) {
    const buffer = shelf.get(message.wanted);
    if (buffer !== undefined) say({ id: message.wanted, buffer });
  } else shelf.set(message.id, message.buffer);
}

function say(message: Message): void {
  channel?.postMessage(message);
}
