import { Queue } from './queue.ts';

/**
 * A {@link Queue} that gives the latest item first.
 *
 * @see https://docs.python.org/3/library/asyncio-queue.html#asyncio.LifoQueue
 * @example
 * const stack = new LifoQueue<number>();
 * for (const item of [1, 2]) stack.putNowait(item);
 * stack.getNowait(); // 2
 */
export class LifoQueue<T> extends Queue<T> {
  declare private _items: T[];

  protected override _init(): void {
    this._items = [];
  }

  protected override _qsize(): number {
    return this._items.length;
  }

  protected override _put(item: T): void {
    this._items.push(item);
  }

  protected override _get(): T {
    return this._items.pop() as T;
  }
}
