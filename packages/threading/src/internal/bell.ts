import { keepAlive } from '@weft/core/lowlevel';
import { Entry, Node, State, entryOf } from './layout.ts';
import { deaths, isAlive, memory, self } from './registry.ts';

/** What a thread does about one of its awaiting waits. */
export interface Watcher {
  /** Called once the node no longer says Waiting. */
  onWake(): void;
  /** Looks whether what is waited for is in the hands of the dead, and passes it on. */
  recheck(): void;
}

const BELL = entryOf(self) + Entry.Bell;
const watchers = new Map<number, Watcher>();
const mourners = new Set<{ ident: number; onDeath: () => void }>();
let due: number[] = [];
let seenDeaths = deaths();
let armed = false;
let letGo: (() => void) | undefined;

/** Calls `watcher.onWake` when a node's wait is decided. Until then the process stays alive. */
export function watch(node: number, watcher: Watcher): void {
  watchers.set(node, watcher);
  arm();
}

/** Forgets a node whose wait was withdrawn. */
export function unwatch(node: number): void {
  watchers.delete(node);
  restIfIdle();
}

/**
 * Calls back once a thread has ended, at once if it has.
 *
 * @returns Withdraws; answers whether it was not called and will not be.
 */
export function untilDeath(ident: number, onDeath: () => void): () => boolean {
  if (!isAlive(ident)) {
    onDeath();
    return () => false;
  }
  const mourner = { ident, onDeath };
  mourners.add(mourner);
  arm();
  return () => {
    const withdrawn = mourners.delete(mourner);
    restIfIdle();
    return withdrawn;
  };
}

/** Delivers, soon, the wake-up of a node that this thread itself waits with. */
export function wakeHere(node: number): void {
  if (due.length === 0) queueMicrotask(deliverDue);
  due.push(node);
}

// One Atomics.waitAsync serves all waits of a thread. It cannot be taken back, and holds nothing open.
function arm(): void {
  letGo ??= keepAlive();
  if (armed) return;
  armed = true;
  const { async, value } = Atomics.waitAsync(memory, BELL, 0);
  if (async) void value.then(answer);
  else queueMicrotask(answer);
  // A thread that ended before the bell was armed rang in vain.
  if (deaths() !== seenDeaths) queueMicrotask(recheckAll);
}

function answer(): void {
  armed = false;
  deliverRung();
  if (deaths() !== seenDeaths) recheckAll();
  if (watchers.size + mourners.size > 0) arm();
}

function recheckAll(): void {
  if (deaths() === seenDeaths) return;
  seenDeaths = deaths();
  for (const mourner of [...mourners]) {
    if (isAlive(mourner.ident)) continue;
    mourners.delete(mourner);
    mourner.onDeath();
  }
  const waiting = [...watchers];
  for (const [, watcher] of waiting) watcher.recheck();
  deliverRung();
  deliverDue();
  // Whoever decided a wait held its latch until it had rung; the recheck held it since. So these were decided by one
  // who died before it could ring.
  for (const [node] of waiting)
    if (watchers.has(node) && Atomics.load(memory, node + Node.State) !== State.Waiting) deliver(node);
  restIfIdle();
}

/** Delivers what other threads have rung for so far, where the event loop does not turn. */
export function deliverRung(): void {
  const rung: number[] = [];
  // Pairs with the compareExchange of whoever rang.
  for (let node = Atomics.exchange(memory, BELL, 0); node !== 0; node = Number(memory[node + Node.Rung]))
    rung.push(node);
  for (let i = rung.length - 1; i >= 0; i -= 1) deliver(Number(rung[i]));
}

function deliverDue(): void {
  const nodes = due;
  due = [];
  for (const node of nodes) deliver(node);
}

function deliver(node: number): void {
  const watcher = watchers.get(node);
  // A bell may have been rung for a thread that had this place, and this node, before.
  if (watcher === undefined || Atomics.load(memory, node + Node.State) === State.Waiting) return;
  watchers.delete(node);
  watcher.onWake();
  restIfIdle();
}

function restIfIdle(): void {
  if (watchers.size + mourners.size > 0) return;
  letGo?.();
  letGo = undefined;
}
