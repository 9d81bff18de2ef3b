/** A way to run many pieces of work. */
export interface Technique {
  name: TechniqueName;
  /** How many workers it gets for work that waits and for work that computes, on so many cores. */
  workers: { waits(tasks: number, cores: number): number; computations(cores: number): number };
  /** Makes everything ready to work. */
  open(workers: number): Promise<Crew>;
}

/** The techniques that are compared, by what the tutorial calls them. */
export type TechniqueName = 'sequential' | 'threading' | 'threading, emulated GIL' | 'multiprocessing' | 'asyncio';

/** A technique at work. Disposing it ends its workers. */
export interface Crew extends AsyncDisposable {
  /** Starts every worker and has it load what the workloads need. */
  ready(): Promise<void>;
  /** Does nothing, once on each worker: what remains is the cost of asking. */
  touch(): Promise<void>;
  /** The I/O-bound workload: so many waits of so many milliseconds. */
  waits(tasks: number, ms: number): Promise<void>;
  /** The CPU-bound workload: so many counts of the primes below a limit. */
  computations(tasks: number, limit: number): Promise<number[]>;
}
