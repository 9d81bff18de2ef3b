/** What is known of a worker. */
export type WorkerState = 'empty' | 'starting' | 'ready' | 'leaving';

/** The seats of a pool, and who sits there. */
export class Staff {
  readonly #states: WorkerState[] = [];
  readonly #start: (seat: number) => void;
  readonly max: number;
  /** How many workers start, or take tasks. */
  size = 0;
  /** How many seats are not empty. */
  present = 0;

  /** @param start Starts the worker of a seat, or throws. */
  constructor(max: number, start: (seat: number) => void) {
    this.max = max;
    this.#start = start;
  }

  /** What is known of the worker of a seat. */
  at(seat: number): WorkerState {
    return this.#states[seat] ?? 'empty';
  }

  /** Has a worker started in an empty seat, which stays empty if that fails. It answers `false` if there is no such seat. */
  hire(): boolean {
    for (let seat = 0; seat < this.max; seat += 1) {
      if (this.at(seat) !== 'empty') continue;
      this.#states[seat] = 'starting';
      this.size += 1;
      this.present += 1;
      try {
        this.#start(seat);
      } catch (error) {
        this.left(seat);
        throw error;
      }
      return true;
    }
    return false;
  }

  /** The worker takes tasks from now on. It answers `false` if it was told to leave in the meantime. */
  ready(seat: number): boolean {
    if (this.at(seat) !== 'starting') return false;
    this.#states[seat] = 'ready';
    return true;
  }

  /** The worker takes no tasks any more. It answers `false` if that was known. */
  dismiss(seat: number): boolean {
    if (this.at(seat) !== 'starting' && this.at(seat) !== 'ready') return false;
    this.#states[seat] = 'leaving';
    this.size -= 1;
    return true;
  }

  /**
   * The worker has to go, also if it was told to leave when it is done, as by a shutdown: it will not be. It answers `false`
   * if nobody sits there.
   */
  expel(seat: number): boolean {
    this.dismiss(seat);
    return this.at(seat) === 'leaving';
  }

  /** No worker takes tasks any more. @returns The seats of those who did. */
  dismissAll(): number[] {
    return this.seats('starting', 'ready').filter((seat) => this.dismiss(seat));
  }

  /** The seat is empty. */
  left(seat: number): void {
    this.dismiss(seat);
    if (this.at(seat) === 'empty') return;
    this.#states[seat] = 'empty';
    this.present -= 1;
  }

  /** The seats whose workers are in one of the states. */
  seats(...states: WorkerState[]): number[] {
    return this.#states.flatMap((state, seat) => (states.includes(state) ? [seat] : []));
  }
}
