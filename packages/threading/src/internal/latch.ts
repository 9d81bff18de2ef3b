import { InvalidStateError } from '@weft/core';
import { reapNowAndThen } from './reaper.ts';
import { isAlive, self } from './registry.ts';

const SPINS = 200;
const nap = new Int32Array(new SharedArrayBuffer(4));

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
