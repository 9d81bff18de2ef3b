/**
 * Where everything stands in the memory that all threads of the process share. Numbers count 32-bit words.
 *
 * See the README beside this file for what each word means and who writes it.
 */

/** How many threads may live at once; an ident's low bits say which entry of the table is its own. */
export const MAX_THREADS = 1024;
const SLOT_MASK = MAX_THREADS - 1;

/** Words at the beginning. */
export const Header = { Id: 0, Deaths: 1, Names: 2, Dummies: 3, Shelf: 4, Locals: 5, OutputLatch: 16 } as const;
const HEADER_WORDS = 64;

/** Words of a thread's entry. */
export const Entry = {
  Ident: 0,
  Generation: 1,
  Taken: 2,
  Daemon: 3,
  Parent: 4,
  NativeId: 5,
  NameLatch: 6,
  NameLength: 7,
  Hooked: 8,
  Bell: 16,
  Name: 32,
} as const;
const ENTRY_WORDS = 128;

/** The longest name that other threads see in full, in UTF-16 units. */
export const MAX_NAME = (ENTRY_WORDS - Entry.Name) * 2;

/** Words of a waiter's node. */
export const Node = { State: 0, Owner: 1, Next: 2, Prev: 3, Rung: 4, Kind: 5, Since: 6, Data: 7 } as const;
/** What a waiter's node says. */
export const State = { Free: 0, Waiting: 1, Woken: 2, Granted: 3 } as const;
/** How the owner of a node learns of a change. */
export const Kind = { Spinning: 0, Sleeping: 1, Awaiting: 2 } as const;
const NODE_WORDS = 8;
/** Nodes are handed to threads by the chunk. */
export const CHUNK_NODES = 64;
/** How many chunks there are: a million waits at once. */
export const CHUNKS = 16_384;

const ENTRIES_AT = HEADER_WORDS;
const CHUNK_OWNERS_AT = ENTRIES_AT + MAX_THREADS * ENTRY_WORDS;
const NODES_AT = CHUNK_OWNERS_AT + CHUNKS;
/** The size of the memory. Pages that nobody touches cost nothing. */
export const MEMORY_BYTES = (NODES_AT + CHUNKS * CHUNK_NODES * NODE_WORDS) * 4;

/** Where a thread's entry begins. */
export function entryOf(ident: number): number {
  return ENTRIES_AT + (ident & SLOT_MASK) * ENTRY_WORDS;
}

/** The ident of the thread that is the `generation`th in a slot of the table: positive, below 2^30. */
export function identOf(slot: number, generation: number): number {
  return (generation % 0xf_ffff) * MAX_THREADS + slot;
}

/** The word that says which thread may use a chunk of nodes. */
export function chunkOwnerOf(chunk: number): number {
  return CHUNK_OWNERS_AT + chunk;
}

/** Where a node begins. Nodes have numbers from 1; 0 is none. */
export function nodeAt(chunk: number, index: number): number {
  return NODES_AT + (chunk * CHUNK_NODES + index) * NODE_WORDS;
}
