import { inspect, types } from 'node:util';
import type { AnyIterable } from '@weft/core';
import type { Callbacks } from '../async-result.ts';

/** Whether items come one after the other in their own time. */
export function isAsync<T>(items: AnyIterable<T>): items is AsyncIterable<T> {
  return (items as Partial<AsyncIterable<T>> | null | undefined)?.[Symbol.asyncIterator] !== undefined;
}

/** Gathers items. */
export async function fromAsync<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/**
 * Checks what a function is to be called with.
 *
 * @param mayBeAsync Whether items may come in their own time.
 */
export function checkItems(items: unknown, mayBeAsync: boolean): void {
  const found = items as Partial<Iterable<unknown>> | null | undefined;
  if (found?.[Symbol.iterator] === undefined && !(mayBeAsync && isAsync(items as never)))
    throw new TypeError(`Cannot map over ${String(items)}: it is not iterable`);
}

/** Checks that each item is a list of arguments; that a Proxy cannot cross is said when it is encoded. */
export function checkSpread(items: readonly unknown[]): void {
  for (let at = 0; at < items.length; at += 1)
    if (!types.isProxy(items[at]) && !Array.isArray(items[at]))
      throw new TypeError(
        `Cannot use items[${at}] = ${inspect(items[at], { depth: 0 })}: it must be an array of arguments`,
      );
}

/** Checks who is called back. */
export function checkCallbacks({ callback, errorCallback }: Callbacks<never>): void {
  checkCallback('callback', callback);
  checkCallback('errorCallback', errorCallback);
}

function checkCallback(name: string, callback: unknown): void {
  if (callback !== undefined && typeof callback !== 'function')
    throw new TypeError(`Cannot use ${name} = ${String(callback)}: it must be a function`);
}
