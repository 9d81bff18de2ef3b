/** How much is measured: the whole of it, or enough for a quick look. */
export interface Scale {
  name: 'full' | 'quick';
  /** Rounds of the comparison. */
  rounds: number;
  /** Rounds of a claim's own experiment. */
  claimRounds: number;
  /** How often the first worker is started. */
  starts: number;
  /** Whether everything is drawn, the failures too, and Python is measured without having been asked for. */
  complete: boolean;
  /** The CPU-bound workload: how many tasks, each counting the primes below the limit. */
  computations: { tasks: number; limit: number };
  /** The I/O-bound workload: how many waits of how many milliseconds. */
  waits: { tasks: number; ms: number };
}

/** What a report takes: under a minute. */
export const full: Scale = {
  name: 'full',
  rounds: 7,
  claimRounds: 4,
  starts: 9,
  complete: true,
  computations: { tasks: 4, limit: 400_000 },
  waits: { tasks: 20, ms: 50 },
};

/** What a quick look takes: a quarter of a minute. */
export const quick: Scale = {
  name: 'quick',
  rounds: 2,
  claimRounds: 1,
  starts: 3,
  complete: false,
  computations: { tasks: 4, limit: 250_000 },
  waits: { tasks: 20, ms: 25 },
};
