import { Gate, HEAD } from './gate.ts';
import { Kind, Node, State } from './layout.ts';
import { after, drop, relink, remove } from './line.ts';
import { announce, freeNode, stateOf } from './nodes.ts';
import { isAlive, memory } from './registry.ts';

// The word: how many permits are free; negative while somebody stands in line. Then it changes with the latch held only.
const VALUE = 0;
const WAITERS = -0x8000_0000;
const COUNT = 0x7fff_ffff;

/**
 * A number of permits in shared memory, handed to waiters in arrival order.
 *
 * One who was granted a permit stays in line until it has taken it: if its thread ends before, the permit is given back.
 */
export class Permits extends Gate<true> {
  readonly action = 'acquire a permit';
  readonly isHeld = true;

  /** How many are free. */
  get value(): number {
    // One who stands in line may have died with a permit.
    if (Atomics.load(this.words, VALUE) < 0) this.recheck();
    return Atomics.load(this.words, VALUE) & COUNT;
  }

  set value(value: number) {
    Atomics.store(this.words, VALUE, value);
  }

  /** Takes a permit if one is free and nobody waits: one compareExchange. */
  tryTake(): boolean {
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if (value < 0) return this.#tryBehind();
      if (value === 0) return false;
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

  override granted(node: number): true {
    this.lock();
    remove(this.words, HEAD, node);
    this.#noteEnd();
    this.unlock();
    freeNode(node);
    return true;
  }

  release(): void {
    this.give(1, COUNT);
  }

  protected takeNow(): boolean {
    if (this.words[HEAD] !== 0) this.mend(false);
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if ((value & COUNT) > 0) {
        if (Atomics.compareExchange(this.words, VALUE, value, value - 1) === value) return true;
      } else if (Atomics.compareExchange(this.words, VALUE, value, value | WAITERS) === value) return false;
    }
  }

  protected override left(): void {
    this.settle();
  }

  protected override mend(torn: boolean): void {
    if (torn) relink(this.words, HEAD);
    this.#bury();
    this.settle();
  }

  protected settle(): void {
    for (let node = this.words[HEAD] as number; node !== 0; node = after(node)) {
      if (stateOf(node) !== State.Waiting || !isAlive(memory[node + Node.Owner] as number)) continue;
      if (!this.#grant(node)) break;
    }
    this.#noteEnd();
  }

  // The others in line may be dead, or have their permits and not have taken them yet.
  #tryBehind(): boolean {
    this.lock();
    this.mend(false);
    const value = Atomics.load(this.words, VALUE);
    const free = (value & COUNT) > 0;
    const taken = free && Atomics.compareExchange(this.words, VALUE, value, value - 1) === value;
    this.unlock();
    return taken;
  }

  #grant(node: number): boolean {
    for (;;) {
      const value = Atomics.load(this.words, VALUE);
      if ((value & COUNT) === 0) return false;
      // While the word is negative only the holder of the latch changes it.
      if (value > 0) {
        Atomics.compareExchange(this.words, VALUE, value, value | WAITERS);
        continue;
      }
      const owner = memory[node + Node.Owner] as number;
      const awaiting = memory[node + Node.Kind] === Kind.Awaiting;
      // No call stands between the two, so that no thread ends between them.
      Atomics.store(this.words, VALUE, value - 1);
      Atomics.store(memory, node + Node.State, State.Granted);
      announce(node, owner, awaiting);
      return true;
    }
  }

  // Whoever died with a permit granted, and not taken, gives it back.
  #bury(): void {
    for (let node = this.words[HEAD] as number; node !== 0;) {
      const next = after(node);
      if (!isAlive(memory[node + Node.Owner] as number)) {
        const value = Atomics.load(this.words, VALUE);
        if (stateOf(node) === State.Granted) {
          // Here too; and whoever comes to the node once more finds one that waited for nothing.
          Atomics.store(memory, node + Node.State, State.Waiting);
          Atomics.store(this.words, VALUE, value + 1);
        }
        drop(this.words, HEAD, node);
      }
      node = next;
    }
  }

  #noteEnd(): void {
    if (this.words[HEAD] === 0) Atomics.and(this.words, VALUE, COUNT);
  }
}
