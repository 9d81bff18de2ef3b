import type { ExecutorStats } from '../executor.ts';
import { Histogram } from './histogram.ts';
import type { Usage } from './transport.ts';

/** Counts what tasks do, for `stats()`. */
export class TaskMeter {
  done = 0;
  failed = 0;
  readonly #waited = new Histogram();
  readonly #ran = new Histogram();
  #since = performance.now();
  #busyBefore = 0;
  /** Worker milliseconds that were there to be used, up to `#changed`. */
  #offered = 0;
  #changed = this.#since;
  #workers = 0;

  /** The number of workers changed. */
  setWorkers(count: number): void {
    const now = performance.now();
    this.#offered += this.#workers * (now - this.#changed);
    this.#changed = now;
    this.#workers = count;
  }

  /** Adds what was measured of one task, in milliseconds. */
  add(waited: number, ran: number): void {
    this.#waited.add(Math.max(0, waited));
    this.#ran.add(ran);
  }

  /** Forgets what was so far. @param busyTime What `usage` of the transport says now. */
  reset(busyTime: number): void {
    this.done = 0;
    this.failed = 0;
    this.#waited.reset();
    this.#ran.reset();
    this.#offered = 0;
    this.#changed = performance.now();
    this.#busyBefore = busyTime;
  }

  /** Sums up. @param tasks How many no worker is through with. */
  stats({ running, busy, busyTime }: Usage, workers: number, tasks: number): ExecutorStats {
    this.setWorkers(this.#workers);
    const utilisation = this.#offered === 0 ? 0 : Math.min(1, (busyTime - this.#busyBefore) / this.#offered);
    return {
      workers,
      busy,
      queued: Math.max(0, tasks - running),
      done: this.done,
      failed: this.failed,
      utilisation,
      waitTime: this.#waited.percentiles(),
      runTime: this.#ran.percentiles(),
    };
  }
}
