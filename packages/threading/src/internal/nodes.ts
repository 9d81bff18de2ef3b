import { wakeHere } from './bell.ts';
import { CHUNKS, CHUNK_NODES, Entry, Kind, Node, State, chunkOwnerOf, entryOf, nodeAt } from './layout.ts';
import { isAlive, memory, self } from './registry.ts';

// Nodes of this thread's chunks that are not in use. A node is named by its place in the memory.
const free: number[] = [];
const ORIGIN = performance.timeOrigin;
/** How long the first in line lets others go before it, while it is being woken, in milliseconds. */
const PATIENCE = 5;

/**
 * Takes a node for a wait that begins.
 *
 * @param kind How this thread will learn of a change.
 * @throws {RangeError} If a million waits are under way.
 */
export function takeNode(kind: number): number {
  const node = free.pop() ?? claimChunk();
  memory[node + Node.Owner] = self;
  memory[node + Node.Next] = 0;
  memory[node + Node.Prev] = 0;
  memory[node + Node.Rung] = 0;
  memory[node + Node.Since] = clock();
  memory[node + Node.Data] = 0;
  Atomics.store(memory, node + Node.Kind, kind);
  Atomics.store(memory, node + Node.State, State.Waiting);
  return node;
}

/** Gives back a node that stands in no line. Only its owner may. */
export function freeNode(node: number): void {
  Atomics.store(memory, node + Node.State, State.Free);
  free.push(node);
}

/** What a node says. */
export function stateOf(node: number): number {
  return Atomics.load(memory, node + Node.State);
}

/**
 * Changes what a node says without taking it out of its line, and tells its owner. Called with the line's latch held.
 */
export function wake(node: number, state: number): void {
  const owner = memory[node + Node.Owner] as number;
  const awaiting = memory[node + Node.Kind] === Kind.Awaiting;
  Atomics.store(memory, node + Node.State, state);
  announce(node, owner, awaiting);
}

/**
 * Tells the owner of a node that it says something new. What is to know of the node was read before it said so: a
 * blocking owner may reuse it at once.
 */
export function announce(node: number, owner: number, awaiting: boolean): void {
  if (!awaiting) {
    // The owner says that it sleeps before it looks at the state for the last time, so one of us sees the other.
    if (Atomics.load(memory, node + Node.Kind) !== Kind.Spinning) Atomics.notify(memory, node + Node.State, 1);
  } else if (owner === self) wakeHere(node);
  else ring(owner, node);
}

/** Whether a lock is given to a waiter: one that awaits takes part in no race, and a blocking one is patient for a while. */
export function mustHandOver(node: number): boolean {
  return (
    memory[node + Node.Kind] === Kind.Awaiting || ((clock() - (memory[node + Node.Since] as number)) | 0) > PATIENCE
  );
}

/** Milliseconds on a clock that all threads share; only differences mean something. */
export function clock(): number {
  return (ORIGIN + performance.now()) | 0;
}

// Puts a node on the stack of those that its owner should look at.
function ring(owner: number, node: number): void {
  const bell = entryOf(owner) + Entry.Bell;
  for (;;) {
    const top = Atomics.load(memory, bell);
    memory[node + Node.Rung] = top;
    // Pairs with the exchange in bell.ts, which sees all that was written before.
    if (Atomics.compareExchange(memory, bell, top, node) !== top) continue;
    if (top === 0) Atomics.notify(memory, bell);
    return;
  }
}

// A chunk belongs to a thread until that ends. What still stands in a line then is left out until it is dropped there.
function claimChunk(): number {
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const owner = Atomics.load(memory, chunkOwnerOf(chunk));
    if (owner !== 0 && isAlive(owner)) continue;
    if (Atomics.compareExchange(memory, chunkOwnerOf(chunk), owner, self) !== owner) continue;
    for (let index = CHUNK_NODES - 1; index >= 0; index -= 1) {
      const node = nodeAt(chunk, index);
      if (stateOf(node) === State.Free) free.push(node);
    }
    const node = free.pop();
    if (node !== undefined) return node;
  }
  throw new RangeError(`Cannot wait: ${CHUNKS * CHUNK_NODES} waits are under way`);
}
