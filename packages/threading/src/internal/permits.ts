import { Gate, HEAD } from './gate.ts';
import { State } from './layout.ts';
import { first, release } from './line.ts';

// The word: how many permits are free; negative while somebody stands in line. Then it changes with the latch held only.
const VALUE = 0;
const WAITERS = -0x8000_0000;
const COUNT = 0x7fff_ffff;

/** A number of permits in shared memory, handed to waiters in arrival order. */
export class Permits extends Gate<true> {
  readonly action = 'acquire a permit';

  /** How many are free. */
  get value(): number {
    return Atomics.load(this.words, VALUE) & COUNT;
  }

  set value(value: number) {
    Atomics.store(this.words, VALUE, value);
  }

  /** Takes a permit if one is free and nobody waits: one compareExchange. */
  tryTake(): boolean {
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if (value <= 0) return false;
      // Pairs with the compareExchange in give.
      if (Atomics.compareExchange(this.words, VALUE, value, value - 1) === value) return true;
    }
  }

  /**
   * Gives permits to those who wait, and frees the rest.
   *
   * @returns `false`, and nothing has changed, if more than `bound` would be free.
   */
  give(count: number, bound: number): boolean {
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if ((value & COUNT) + count > bound) return false;
      if (value < 0) break;
      if (Atomics.compareExchange(this.words, VALUE, value, value + count) === value) return true;
    }
    this.lock();
    let given = false;
    for (
      let value = Atomics.load(this.words, VALUE);
      !given && (value & COUNT) + count <= bound;
      value = Atomics.load(this.words, VALUE)
    ) {
      given = Atomics.compareExchange(this.words, VALUE, value, value + count) === value;
    }
    if (given) this.settle();
    this.unlock();
    return given;
  }

  taken(): true {
    return true;
  }

  protected outcome(): true {
    return true;
  }

  protected takeNow(): boolean {
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if (value > 0) {
        if (Atomics.compareExchange(this.words, VALUE, value, value - 1) === value) return true;
      } else if (Atomics.compareExchange(this.words, VALUE, value, value | WAITERS) === value) return false;
    }
  }

  protected override left(): void {
    this.settle();
  }

  protected settle(): void {
    let node = first(this.words, HEAD);
    for (
      let value = Atomics.load(this.words, VALUE);
      node !== 0 && (value & COUNT) > 0;
      value = Atomics.load(this.words, VALUE)
    ) {
      // While the word is negative only the holder of the latch changes it.
      if (value > 0) Atomics.compareExchange(this.words, VALUE, value, value | WAITERS);
      else {
        release(this.words, HEAD, node, State.Granted, VALUE, value - 1);
        node = first(this.words, HEAD);
      }
    }
    if (node === 0) Atomics.and(this.words, VALUE, COUNT);
  }
}
