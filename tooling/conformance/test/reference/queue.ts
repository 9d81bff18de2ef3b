import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { Event } from './event.ts';
import { Line, checked } from './line.ts';

/** A queue of one thread, made of promises. */
export class Queue {
  protected readonly items: unknown[] = [];
  protected readonly getters = new Line<void>();
  protected readonly putters = new Line<void>();
  readonly #done = new Event();
  maxsize: number;
  unfinishedTasks = 0;
  isShutdown = false;

  constructor(maxsize = 0) {
    this.maxsize = maxsize;
    this.#done.set();
  }

  protected takeOut(): unknown {
    return this.items.shift();
  }

  qsize(): number {
    return this.items.length;
  }

  empty(): boolean {
    return this.items.length === 0;
  }

  full(): boolean {
    return this.maxsize > 0 && this.items.length >= this.maxsize;
  }

  async put(item: unknown, options: WaitOptions = {}): Promise<void> {
    checked(options);
    await this.#turn(this.putters, options, 'QueueFullError', () => this.putNowait(item));
  }

  async get(options: WaitOptions = {}): Promise<unknown> {
    checked(options);
    return this.#turn(this.getters, options, 'QueueEmptyError', () => this.getNowait());
  }

  /** Tries, waits for its turn, and tries again in that very turn: what was granted cannot be taken by another. */
  #turn<T>(line: Line<void>, options: WaitOptions, late: string, attempt: () => T): Promise<T> | T {
    try {
      return attempt();
    } catch (error) {
      if ((error as Error).name !== late) throw error;
    }
    let value!: T;
    const waiting = line.wait(options, () => coded(late));
    const waiter = line.waiters.at(-1);
    const { grant } = waiter ?? {};
    if (waiter && grant) {
      waiter.grant = () => {
        grant();
        value = attempt();
      };
    }
    return waiting.then(() => value);
  }

  putNowait(item: unknown): void {
    if (this.isShutdown) throw coded('QueueShutDownError');
    if (this.full()) throw coded('QueueFullError');
    this.items.push(item);
    this.unfinishedTasks += 1;
    this.#done.clear();
    this.getters.grantFirst();
  }

  getNowait(): unknown {
    if (this.empty()) throw coded(this.isShutdown ? 'QueueShutDownError' : 'QueueEmptyError');
    const item = this.takeOut();
    if (!this.full() && !this.isShutdown) this.putters.grantFirst();
    return item;
  }

  taskDone(): void {
    if (this.unfinishedTasks === 0) throw new RangeError('Cannot finish more tasks than were put');
    this.unfinishedTasks -= 1;
    if (this.unfinishedTasks === 0) this.#done.set();
  }

  async join(options: WaitOptions = {}): Promise<void> {
    await this.#done.wait(options);
  }

  shutdown({ immediate = false } = {}): void {
    this.isShutdown = true;
    if (immediate) {
      this.unfinishedTasks -= this.items.length;
      this.items.length = 0;
      if (this.unfinishedTasks === 0) this.#done.set();
    }
    for (const line of [this.getters, this.putters])
      for (const waiter of line.waiters.slice()) waiter.fail(coded('QueueShutDownError'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    try {
      for (;;) yield await this.get();
    } catch (error) {
      if ((error as Error).name !== 'QueueShutDownError') throw error;
    }
  }

  [inspect.custom](): string {
    return `Queue { ${this.items.length} items }`;
  }
}

/** Gives the latest item first. */
export class LifoQueue extends Queue {
  protected override takeOut(): unknown {
    return this.items.pop();
  }
}

/** Gives the smallest item first. */
export class PriorityQueue extends Queue {
  protected override takeOut(): unknown {
    this.items.sort(compare);
    return this.items.shift();
  }
}

/** Gives items in order, without bound and without an end. */
export class SimpleQueue {
  readonly #queue = new Queue();

  put(item: unknown, options?: WaitOptions): Promise<void> {
    return this.#queue.put(item, options);
  }

  get(options?: WaitOptions): Promise<unknown> {
    return this.#queue.get(options);
  }

  getNowait(): unknown {
    return this.#queue.getNowait();
  }

  qsize(): number {
    return this.#queue.qsize();
  }

  empty(): boolean {
    return this.#queue.empty();
  }

  [inspect.custom](): string {
    return `SimpleQueue { ${this.qsize()} items }`;
  }
}

function compare(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      const order = compare(a[at], b[at]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return (a as number) < (b as number) ? -1 : Number((a as number) > (b as number));
}
