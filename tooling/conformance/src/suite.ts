import { describe, it } from 'vitest';

/** A body that runs concurrently with the test: an async function in the same thread, or an asyncio task. */
export interface Activity<T> extends PromiseLike<T> {
  /** Cancels it, where that can be; rows about cancellation run only then. */
  cancel?(message?: string): unknown;
}

/** Runs an exported function in another thread or process, and gives its result. */
export type Elsewhere = <A extends unknown[], R>(run: (...args: A) => R | PromiseLike<R>, ...args: A) => PromiseLike<R>;

/** What differs between the packages that run a suite. */
export interface SuiteOptions {
  /** Whether the `…Sync` methods exist; `false` if left out. */
  sync?: boolean | undefined;
  /** Runs each row inside of something, such as `run` of asyncio. */
  wrap?: ((body: () => Promise<void>) => PromiseLike<unknown>) | undefined;
  /** Starts a contender; left out, an async function of the same thread. */
  runTask?: (<T>(body: () => Promise<T>) => Activity<T>) | undefined;
  /** Runs the functions of `@weft/conformance/peers` in another thread or process; left out, rows that need one are absent. */
  elsewhere?: Elsewhere | undefined;
  /** Whether waiters are served in arrival order; `true` if left out. */
  ordered?: boolean | undefined;
  /** How many rounds each hammer runs; 2,000 if left out. */
  rounds?: number | undefined;
  /** The seed of the hammers; left out, a fresh one, which a failure prints. */
  seed?: number | undefined;
}

/** The options with everything filled in that has a default. */
export interface Setting {
  readonly sync: boolean;
  readonly ordered: boolean;
  readonly rounds: number;
  readonly seed: number | undefined;
  readonly elsewhere: Elsewhere | undefined;
  /** Whether activities can be cancelled. */
  readonly cancels: boolean;
  start<T>(body: () => Promise<T>): Activity<T>;
}

/** One behaviour that is owed. */
export interface Row {
  /** What is owed, with the ids of the rows in the catalogue. */
  readonly title: string;
  run(): Promise<void>;
}

/** Adds a row. */
export type Define = (title: string, body: () => unknown) => void;

/** Collects the rows that `define` adds. */
export function collectRows(options: SuiteOptions, define: (row: Define, setting: Setting) => void): Row[] {
  const { wrap } = options;
  const rows: Row[] = [];
  const add: Define = (title, body) => {
    const run = async (): Promise<void> => {
      await body();
    };
    rows.push({
      title,
      run: wrap
        ? async () => {
            await wrap(run);
          }
        : run,
    });
  };
  define(add, settingOf(options));
  return rows;
}

/** The rows as tests of vitest. */
export function defineSuite(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    for (const row of rows) it(row.title, () => row.run(), 30_000);
  });
}

function settingOf(options: SuiteOptions): Setting {
  return {
    sync: options.sync ?? false,
    ordered: options.ordered ?? true,
    rounds: options.rounds ?? 2_000,
    seed: options.seed,
    elsewhere: options.elsewhere,
    cancels: options.runTask !== undefined,
    start: options.runTask ?? (<T>(body: () => Promise<T>): Activity<T> => body()),
  };
}
