import { type Body, loadClasses, promiseOf, unpack } from '@weft/core/lowlevel';
import { Flag, KIND_MASK, Kind, TARGET_SHIFT, bodyOf, deserialize } from './pool-codec.ts';
import { type Callee, invoke, invokeAll } from './pool-invoke.ts';
import type { Board } from './pool-layout.ts';
import type { Mailbox } from './pool-mailbox.ts';
import { isStream, pump } from './pool-pump.ts';
import type { Results } from './pool-results.ts';
import { callWithin, forgetTask, setOnlyTask } from './pool-task.ts';
import type { TargetTable } from './pool-targets.ts';

/** What a runner works with. */
export interface RunnerParts {
  readonly results: Results;
  readonly mailbox: Mailbox;
  readonly targets: TargetTable;
  /** Called before the outcome of a task is published. */
  onEnd(): void;
  /** Called in a microtask when a task that had to wait is over. */
  onFree(): void;
}

/** Calls the functions of one worker's tasks, and sees them through to their end. */
export class Runner {
  readonly #board: Board;
  readonly #results: Results;
  readonly #mailbox: Mailbox;
  readonly #targets: TargetTable;
  readonly #onEnd: () => void;
  readonly #onFree: () => void;
  readonly #concurrency: number;
  readonly #runs: number;
  /** Where the numbers of tasks that run may be noted. */
  readonly #free: number[] = [];
  /** Tasks that have begun and wait for something. */
  active = 0;
  /** How many of them wait for their arguments. */
  wanting = 0;
  /** How many of them are streams that no loop has begun to read. */
  unread = 0;

  constructor(board: Board, seat: number, parts: RunnerParts) {
    this.#board = board;
    this.#results = parts.results;
    this.#mailbox = parts.mailbox;
    this.#targets = parts.targets;
    this.#onEnd = parts.onEnd;
    this.#onFree = parts.onFree;
    this.#concurrency = board.concurrency;
    this.#runs = board.runsAt(seat);
    for (let run = this.#runs + board.concurrency - 1; run >= this.#runs; run -= 1) this.#free.push(run);
  }

  /** Notes which task comes next, so that whoever finds this worker dead knows. */
  note(id: number): void {
    this.#board.words[this.#free[this.#free.length - 1] as number] = id;
  }

  /** Forgets the last task, when there is none any more. */
  rest(): void {
    this.#board.words.fill(-1, this.#runs, this.#runs + this.#concurrency);
  }

  /** Begins a task, which must have been noted. */
  begin(id: number, kind: number, value: unknown): void {
    const callee = this.#targets.at(kind >>> TARGET_SHIFT);
    const bare = kind & KIND_MASK;
    if (typeof callee === 'function' && bare < Kind.Clone) this.#call(callee, id, kind, value);
    else this.#beginLater(id, kind, value);
  }

  // The common way: function and arguments are here, and the function returns its result.
  #call(callee: Callee, id: number, kind: number, value: unknown): void {
    const began = (kind & Flag.Timed) === 0 ? 0 : performance.now();
    if ((kind & Flag.Watched) !== 0) this.#results.note(id, Kind.Started);
    let result: unknown;
    try {
      if (this.#concurrency === 1) {
        setOnlyTask(id);
        result = callWith(callee, kind, value);
      } else {
        result = callWithin(id, () => callWith(callee, kind, value));
      }
    } catch (error) {
      this.#end(id, error, began, true);
      return;
    }
    this.#return(id, result, began);
  }

  #return(id: number, result: unknown, began: number): void {
    if (result === null || typeof result !== 'object') {
      this.#end(id, result, began, false);
      return;
    }
    const promise = promiseOf(result);
    if (promise !== undefined) this.#await(promise, id, began);
    else if (isStream(result)) this.#stream(result, id);
    else this.#end(id, result, began, false);
  }

  // The reader decides when it ends; until then it takes the place of a task.
  #stream(iterable: AsyncIterable<unknown>, id: number): void {
    let iterator: AsyncIterator<unknown>;
    try {
      iterator = callWithin(id, () => iterable[Symbol.asyncIterator]());
    } catch (error) {
      this.#end(id, error, 0, true);
      return;
    }
    const run = this.#occupy();
    this.unread += 1;
    let unread = true;
    const onRead = (): void => {
      if (unread) this.unread -= 1;
      unread = false;
    };
    const parts = { results: this.#results, mailbox: this.#mailbox, onRead };
    void callWithin(id, () => pump(iterator, id, parts)).then(() => {
      forgetTask(id);
      onRead();
      this.#vacate(run);
      this.#onFree();
    });
  }

  #await(result: Promise<unknown>, id: number, began: number): void {
    const run = this.#occupy();
    result.then(
      (value) => this.#settle(run, id, value, began, false),
      (error: unknown) => this.#settle(run, id, error, began, true),
    );
  }

  #settle(run: number, id: number, outcome: unknown, began: number, threw: boolean): void {
    if (!threw && outcome !== null && typeof outcome === 'object' && isStream(outcome)) {
      // The stream stays where the task was.
      this.#vacate(run);
      this.#stream(outcome, id);
    } else {
      this.#end(id, outcome, began, threw);
      this.#board.words[run] = -1;
      this.#vacate(run);
    }
    this.#onFree();
  }

  // The arguments, or the function, are not at hand yet.
  #beginLater(id: number, kind: number, value: unknown): void {
    const run = this.#occupy();
    if ((kind & KIND_MASK) !== Kind.Port || value !== undefined) {
      this.#load(run, id, kind, value);
      return;
    }
    this.wanting += 1;
    this.#mailbox.expect(id, (body) => {
      this.wanting -= 1;
      if (body === undefined) this.#vacate(run);
      else this.#load(run, id, kind, body);
    });
    this.#results.note(id, Kind.Wanted);
  }

  #load(run: number, id: number, kind: number, value: unknown): void {
    try {
      const number = kind >>> TARGET_SHIFT;
      if (this.#targets.at(number) === undefined) this.#mailbox.read();
      const callee = this.#targets.at(number);
      const body = packedIn(kind, value);
      const loading = body && loadClasses(body);
      if (typeof callee === 'function' && loading === undefined) {
        this.#resume(run, id, kind, callee, value, body);
        return;
      }
      Promise.all([callee, loading]).then(
        ([loaded]) => {
          this.#resume(run, id, kind, loaded as Callee, value, body);
          this.#onFree();
        },
        (error: unknown) => this.#settle(run, id, error, 0, true),
      );
    } catch (error) {
      this.#settle(run, id, error, 0, true);
    }
  }

  #resume(run: number, id: number, kind: number, callee: Callee, value: unknown, body: Body | undefined): void {
    let given = value;
    try {
      if (body !== undefined) given = unpack(body, 'thread');
    } catch (error) {
      this.#settle(run, id, error, 0, true);
      return;
    }
    this.#vacate(run);
    this.#call(callee, id, kind, given);
  }

  #occupy(): number {
    this.active += 1;
    return this.#free.pop() as number;
  }

  #vacate(run: number): void {
    this.active -= 1;
    this.#free.push(run);
  }

  #end(id: number, outcome: unknown, began: number, threw: boolean): void {
    forgetTask(id);
    this.#onEnd();
    if (threw) this.#results.fail(id, outcome, began);
    else this.#results.give(id, outcome, began);
  }
}

function callWith(callee: Callee, kind: number, value: unknown): unknown {
  if ((kind & Flag.Spread) !== 0) return invokeAll(callee, value as unknown[]);
  return (kind & KIND_MASK) === Kind.None ? invokeAll(callee, []) : invoke(callee, value);
}

// What went as bytes or by message port is a packed body.
function packedIn(kind: number, value: unknown): Body | undefined {
  const bare = kind & KIND_MASK;
  if (bare === Kind.Port) return bodyOf(value as Body | Uint8Array);
  return bare === Kind.Clone ? deserialize(Buffer.from(value as Uint8Array)) : undefined;
}
