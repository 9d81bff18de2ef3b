import { Kind, Node, State } from './layout.ts';
import { announce } from './nodes.ts';
import { isAlive, memory } from './registry.ts';

/**
 * A line of waiters: nodes linked from the head to the tail. Its two words, head and tail, are in a primitive's memory.
 *
 * Every function here wants the primitive's latch held. The links from the head on are right at every moment, so that
 * whoever takes the latch from a dead thread can mend the rest with {@link relink}.
 */

/** Adds a node at the end. */
export function append(words: Int32Array, head: number, node: number): void {
  const tail = words[head + 1] as number;
  memory[node + Node.Prev] = tail;
  memory[node + Node.Next] = 0;
  if (tail === 0) words[head] = node;
  else memory[tail + Node.Next] = node;
  words[head + 1] = node;
}

/** Adds a node that stood in the line before at the place that its age gives it. */
export function readmit(words: Int32Array, head: number, node: number): void {
  const since = memory[node + Node.Since] as number;
  let next = words[head] as number;
  while (next !== 0 && (((memory[next + Node.Since] as number) - since) | 0) <= 0) next = after(next);
  if (next === 0) {
    append(words, head, node);
    return;
  }
  const prev = memory[next + Node.Prev] as number;
  memory[node + Node.Prev] = prev;
  memory[node + Node.Next] = next;
  if (prev === 0) words[head] = node;
  else memory[prev + Node.Next] = node;
  memory[next + Node.Prev] = node;
}

/** Takes a node out. */
export function remove(words: Int32Array, head: number, node: number): void {
  const next = memory[node + Node.Next] as number;
  const prev = memory[node + Node.Prev] as number;
  if (prev === 0) words[head] = next;
  else memory[prev + Node.Next] = next;
  if (next === 0) words[head + 1] = prev;
  else memory[next + Node.Prev] = prev;
}

/**
 * Ends a wait: takes its node out, lets it say `state`, and tells its owner.
 *
 * V8 ends a thread only where a function is entered or a loop goes round. So between the first change and the store of
 * the state nothing is called: no waiter is ever out of the line without knowing it, and what it is granted is not lost.
 *
 * @param word A word of the primitive to change with it.
 * @param value Its new value.
 */
export function release(words: Int32Array, head: number, node: number, state: number, word = -1, value = 0): void {
  const owner = memory[node + Node.Owner] as number;
  const awaiting = memory[node + Node.Kind] === Kind.Awaiting;
  const next = memory[node + Node.Next] as number;
  const prev = memory[node + Node.Prev] as number;
  if (prev === 0) words[head] = next;
  else memory[prev + Node.Next] = next;
  if (next === 0) words[head + 1] = prev;
  else memory[next + Node.Prev] = prev;
  if (word >= 0) Atomics.store(words, word, value);
  Atomics.store(memory, node + Node.State, state);
  announce(node, owner, awaiting);
}

/** The first waiter whose thread is alive, or 0. Those before it are taken out. */
export function first(words: Int32Array, head: number): number {
  for (;;) {
    const node = words[head] as number;
    if (node === 0 || isAlive(memory[node + Node.Owner] as number)) return node;
    drop(words, head, node);
  }
}

/** The waiter behind another, or 0. */
export function after(node: number): number {
  return memory[node + Node.Next] as number;
}

/**
 * Takes out the waiters whose threads have ended.
 *
 * @param onDrop Told what each one's node said.
 */
export function prune(words: Int32Array, head: number, onDrop?: (state: number) => void): void {
  for (let node = words[head] as number; node !== 0;) {
    const next = after(node);
    if (!isAlive(memory[node + Node.Owner] as number)) {
      const state = memory[node + Node.State] as number;
      drop(words, head, node);
      onDrop?.(state);
    }
    node = next;
  }
}

/** Mends the links that a thread left half changed when it died. */
export function relink(words: Int32Array, head: number): void {
  let prev = 0;
  for (let node = words[head] as number; node !== 0; node = after(node)) {
    memory[node + Node.Prev] = prev;
    prev = node;
  }
  words[head + 1] = prev;
}

/** Takes out a node whose thread has ended. */
export function drop(words: Int32Array, head: number, node: number): void {
  remove(words, head, node);
  Atomics.store(memory, node + Node.State, State.Free);
}
