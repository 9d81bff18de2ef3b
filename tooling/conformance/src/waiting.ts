import type { WaitOptions } from './wait-options.ts';

/** How a wait looks to the rows that every wait owes. */
export interface Waiting {
  /** What the wait is called in the titles: `acquire`. */
  readonly verb: string;
  /** What a wait that runs out of time does: the name of the error it rejects with, or the value it answers. */
  readonly timesOut: string | { readonly answer: unknown };
  /** The ids of rows in the catalogue that these rows cover for this wait. */
  readonly ids: Partial<Record<WaitingAspect, string>>;
  /** Sets something up on which a wait blocks. */
  begin(): Scene | PromiseLike<Scene>;
}

/** What the rows are about, and how catalogue rows are assigned to them. */
export type WaitingAspect = 'timeout' | 'range' | 'huge' | 'signal' | 'cancel' | 'race' | 'hammer' | 'order';

/** Something on which waits block. */
export interface Scene {
  /** Waits, and blocks until it is granted. */
  wait(this: void, options?: WaitOptions): PromiseLike<unknown>;
  /** The same, blocking the thread; absent where there is none. */
  waitSync?: ((this: void, options?: { timeout?: number }) => unknown) | undefined;
  /** Lets one wait succeed, or all of them; whoever succeeded before does not need what was granted any more. */
  grant(this: void): unknown;
  /** Ends what the test began. */
  end?: ((this: void) => unknown) | undefined;
}
