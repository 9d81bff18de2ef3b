const READY = Promise.resolve();

/** The least that a lock of tasks can be: a flag and an array of resolvers. */
export class BareLock {
  #held = false;
  readonly #waiting: (() => void)[] = [];

  acquire(): Promise<void> {
    if (this.#held) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    return READY;
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#held = false;
  }
}

/** The least that a bounded queue of tasks can be: two arrays of resolvers and one of items. */
export class BareQueue<T> {
  readonly #items: T[] = [];
  readonly #getters: ((item: T) => void)[] = [];
  readonly #putters: (() => void)[] = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  put(item: T): Promise<void> {
    const getter = this.#getters.shift();
    if (getter) getter(item);
    else this.#items.push(item);
    if (this.#items.length <= this.#size) return READY;
    return new Promise((resolve) => this.#putters.push(resolve));
  }

  get(): Promise<T> {
    if (this.#items.length === 0) return new Promise((resolve) => this.#getters.push(resolve));
    const item = this.#items.shift() as T;
    this.#putters.shift()?.();
    return Promise.resolve(item);
  }
}
