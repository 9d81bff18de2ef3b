/** How long both sides stay awake for what comes next, and how soon one call has to follow another, in milliseconds. */
const LOOK = 0.1;
/** For how many milliseconds of calls one way is used before the other is tried: at first, and at most. */
const FIRST = 2;
const LAST = 512;
/** How long a trial goes on before it counts, in milliseconds: the system may put two who are both awake apart. */
const SETTLE = 4;
/** How many calls then count. */
const TRIAL = 5;
/** Looking has to be so many times faster than sleeping: it takes processor time. */
const WORTH = 1.25;
/** What takes so many times as long as when it was chosen is compared again, after this part of that time. */
const WORSE = 2;
const PAUSE = 1 / 8;
/** No call counts for more than this, in milliseconds. */
const LONG = 1;

/**
 * Decides whether a pool and its worker sleep while calls follow each other one by one, or stay awake.
 *
 * A process that slept on a processor of its own takes long to wake. But where both share one, or others want it,
 * looking keeps from work what is looked for. Nobody can know which it is, so both ways are timed: one is in use, the
 * other is tried now and then, ever more rarely, and sooner if the one in use got worse.
 */
export class Patience {
  readonly #canLook: boolean;
  #looks = false;
  /** How many milliseconds of calls pass between two trials. */
  #period = FIRST;
  /** How long all calls took since the last trial, in milliseconds, and how many there were. */
  #sum = 0;
  #count = 0;
  /** How long one took, this way, when it was chosen. */
  #chosen = Infinity;
  /** From when on the calls of a trial count, and how long they took. */
  #settled = 0;
  #trial: number[] | undefined;
  #since = 0;
  #answered = -Infinity;

  /** @param processors How many there are: with a single one, looking is in the way of the answer. */
  constructor(processors: number) {
    this.#canLook = processors > 1;
  }

  /**
   * Something is sent.
   *
   * @param calls How many calls are with the workers.
   * @param now The time, in milliseconds.
   * @returns For how long both sides look for what comes next, in milliseconds.
   */
  sent(calls: number, now: number): number {
    const isNext = this.#canLook && calls === 1 && now - this.#answered < LOOK;
    this.#since = isNext ? now : 0;
    return isNext && this.#looks === (this.#trial === undefined) ? LOOK : 0;
  }

  /** Every call is answered. @param now The time, in milliseconds. */
  answered(now: number): void {
    this.#answered = now;
    if (this.#since === 0) return;
    const time = Math.min(now - this.#since, LONG);
    this.#since = 0;
    if (this.#trial === undefined) this.#use(time, now);
    else if (now > this.#settled) this.#try(time, this.#trial);
  }

  #use(time: number, now: number): void {
    this.#sum += time;
    this.#count += 1;
    const isWorse = this.#sum > this.#period * PAUSE && this.#sum > this.#count * this.#chosen * WORSE;
    if (this.#sum < this.#period && !isWorse) return;
    this.#trial = [];
    this.#settled = now + SETTLE;
  }

  #try(time: number, trial: number[]): void {
    if (trial.push(time) < TRIAL) return;
    // An average of so few would say little: one of them may have met with a pause.
    const other = trial.toSorted((a, b) => a - b)[TRIAL >> 1] as number;
    const usual = this.#sum / this.#count;
    const pays = this.#looks ? usual * WORTH < other : other * WORTH < usual;
    this.#chosen = pays === this.#looks ? usual : other;
    this.#looks = pays;
    this.#sum = 0;
    this.#count = 0;
    this.#trial = undefined;
    this.#period = Math.min(this.#period * 2, LAST);
  }
}
