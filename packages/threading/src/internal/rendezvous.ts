import { BrokenBarrierError } from '@weft/core';
import { Gate, HEAD } from './gate.ts';
import { Node, State } from './layout.ts';
import { after, first, release } from './line.ts';
import { stateOf } from './nodes.ts';
import { isAlive, memory, self } from './registry.ts';

// Words. How many have come; whether it is broken; who runs the action at present; how often it was reset.
const PARTIES = 0;
const COUNT = 1;
const BROKEN = 2;
const LEADER = 3;
const RESETS = 4;

// What a node's data says beside the party's index.
const LEADS = 0x100_0000;
const SENT_AWAY = -1;

/** How a party came through. */
export interface Passage {
  index: number;
  /** Whether it was the last to come, has to run the action and then to call `finish`. */
  leads: boolean;
  /** How often the barrier had been reset when it was found to lead. */
  resets: number;
}

/** A number of parties that wait for each other, in shared memory. */
export class Rendezvous extends Gate<Passage> {
  readonly action = 'pass the barrier';
  /** How often the barrier had been reset when the last one of this thread came through. */
  #resets = 0;

  get parties(): number {
    return this.words[PARTIES] as number;
  }

  set parties(parties: number) {
    this.words[PARTIES] = parties;
  }

  /** How many wait. */
  get waiting(): number {
    return Atomics.load(this.words, LEADER) === 0 ? Atomics.load(this.words, COUNT) : 0;
  }

  get broken(): boolean {
    return Atomics.load(this.words, BROKEN) === 1;
  }

  /** Whether the barrier was neither broken nor reset since a party was found to lead. */
  stands({ resets }: Passage): boolean {
    return !this.broken && Atomics.load(this.words, RESETS) === resets;
  }

  /** Lets everyone pass, after the action. Answers `false` if the barrier was broken or reset meanwhile. */
  finish(passage: Passage): boolean {
    this.lock();
    const stands = this.stands(passage);
    if (stands) {
      const rest = Atomics.sub(this.words, COUNT, this.parties) - this.parties;
      for (let passed = 1; passed < this.parties; passed += 1) this.#letGo(first(this.words, HEAD));
      Atomics.store(this.words, LEADER, 0);
      if (rest >= this.parties) this.#appoint();
    }
    this.unlock();
    return stands;
  }

  /** Sends everyone away, for good. */
  break(): void {
    this.lock();
    this.#breakNow();
    this.unlock();
  }

  /** Sends everyone away, and begins anew. */
  reset(): void {
    this.lock();
    this.#sendAway();
    Atomics.store(this.words, BROKEN, 0);
    this.unlock();
  }

  override granted(node: number): Passage | undefined {
    if (stateOf(node) !== State.Granted) return undefined;
    this.#resets = memory[node + Node.Since] as number;
    return super.granted(node);
  }

  taken(): Passage {
    return { index: this.parties - 1, leads: true, resets: this.#resets };
  }

  protected outcome(data: number): Passage {
    if (data === SENT_AWAY) throw new BrokenBarrierError();
    const leads = data >= LEADS;
    return { index: leads ? data - LEADS : data, leads, resets: this.#resets };
  }

  protected takeNow(node: number): boolean {
    if (this.broken) throw new BrokenBarrierError();
    const count = Atomics.add(this.words, COUNT, 1);
    memory[node + Node.Data] = count % this.parties;
    const leads = count + 1 === this.parties && this.words[LEADER] === 0;
    if (leads) {
      Atomics.store(this.words, LEADER, self);
      this.#resets = this.words[RESETS] as number;
    }
    return leads;
  }

  // Once all are there they pass, or the barrier breaks: however long the action runs, nobody can be missing any more.
  protected override mayLeave(node: number): boolean {
    if (this.words[LEADER] === 0) return true;
    let other = this.words[HEAD] as number;
    for (let index = 1; index < this.parties; index += 1) {
      if (other === node) return false;
      other = after(other);
    }
    return true;
  }

  protected override left(): void {
    Atomics.sub(this.words, COUNT, 1);
    // The indices go on from 0 without a gap. Who leads stands in no line, and has the last one of the round.
    const led = this.words[LEADER] !== 0;
    let index = 0;
    for (let node = this.words[HEAD] as number; node !== 0; node = after(node)) {
      if (led && index === this.parties - 1) index += 1;
      memory[node + Node.Data] = index % this.parties;
      index += 1;
    }
  }

  // Who dies while it changes the barrier was counted, perhaps, and stands in no line: nobody would miss it.
  protected override mend(torn: boolean): void {
    super.mend(torn);
    if (torn) this.#breakNow();
  }

  // A party that died will not come again: the others would wait for ever.
  protected settle(dropped: number): void {
    const leader = this.words[LEADER] as number;
    if (dropped > 0 || (leader !== 0 && !isAlive(leader))) this.#breakNow();
  }

  // A whole round came while the action of the one before ran: its last party runs the action now.
  #appoint(): void {
    let node = this.words[HEAD] as number;
    for (let index = 1; index < this.parties; index += 1) node = after(node);
    Atomics.store(this.words, LEADER, memory[node + Node.Owner] as number);
    memory[node + Node.Data] = LEADS + this.parties - 1;
    // It may learn of it only when the barrier has been reset again.
    memory[node + Node.Since] = this.words[RESETS] as number;
    release(this.words, HEAD, node, State.Granted);
  }

  #letGo(node: number): void {
    if (node !== 0) release(this.words, HEAD, node, State.Granted);
  }

  #breakNow(): void {
    Atomics.store(this.words, BROKEN, 1);
    this.#sendAway();
  }

  #sendAway(): void {
    Atomics.store(this.words, COUNT, 0);
    Atomics.store(this.words, LEADER, 0);
    Atomics.add(this.words, RESETS, 1);
    for (let node = first(this.words, HEAD); node !== 0; node = first(this.words, HEAD)) {
      memory[node + Node.Data] = SENT_AWAY;
      release(this.words, HEAD, node, State.Granted);
    }
  }
}
