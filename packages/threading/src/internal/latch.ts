import { InvalidStateError } from '@weft/core';
import { reapNowAndThen } from './reaper.ts';
import { isAlive, self } from './registry.ts';

/** How often a thread looks whether the latch is free before it takes a nap. */
const SPINS = 16;
/** How long it looks away before, at first and at most, in pauses of the processor, and in loads that take as long. */
const FIRST = 16;
const MOST = 64;
const LOADS = 20;
const nap = new Int32Array(new SharedArrayBuffer(4));
/** Node 22 has none. */
const { pause } = Atomics as { pause?: () => void };

/**
 * Takes the latch that guards a primitive's own words, for some dozens of instructions.
 *
 * @returns Whether it was taken from a thread that died with it: what it guards must be mended.
 */
export function latch(words: Int32Array, at: number): boolean {
  // Pairs with the store in unlatch.
  return Atomics.compareExchange(words, at, 0, self) === 0 ? false : latchSlowly(words, at);
}

/** Lets go of the latch. */
export function unlatch(words: Int32Array, at: number): void {
  Atomics.store(words, at, 0);
}

function latchSlowly(words: Int32Array, at: number): boolean {
  for (let looks = 1; ; looks += 1) {
    lookAway(looks > 2 ? MOST : FIRST * looks);
    const holder = Atomics.load(words, at);
    if (holder === 0 && Atomics.compareExchange(words, at, 0, self) === 0) return false;
    if (holder === self) throw new InvalidStateError('Cannot use an object from within its own comparison or hook');
    if (looks % SPINS !== 0) continue;
    // Its holder was preempted, or is dead.
    if (holder !== 0 && !isAlive(holder) && Atomics.compareExchange(words, at, holder, self) === holder) return true;
    Atomics.wait(nap, 0, 0, 0.05);
    if (looks % (SPINS * 100) === 0) reapNowAndThen();
  }
}

/**
 * Lets some time pass, one or two microseconds unless told otherwise, without a look at what other threads write.
 *
 * A thread that kept looking would have a latch after each thing that the other one does, and all that it guards would go
 * from processor to processor every time: a queue between two threads is more than twice as fast so.
 */
export function lookAway(pauses = MOST): void {
  if (pause === undefined) for (let loads = 0; loads < pauses * LOADS; loads += 1) Atomics.load(nap, 0);
  else for (let made = 0; made < pauses; made += 1) pause();
}
