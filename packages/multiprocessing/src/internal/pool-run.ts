import { types } from 'node:util';
import type { Target } from '@weft/core';
import { promiseOf } from '@weft/core/lowlevel';
import { Order, RESULT_PATH } from './pool-protocol.ts';
import { NumberList } from './pool-replies.ts';
import { encodeValue } from './pool-values.ts';

/** Makes a call, or those of a map, whose arguments are decoded. */
export function run(kind: number, call: Target, value: unknown): unknown {
  switch (kind) {
    case Order.Call:
      return call(value);
    case Order.CallSpread:
      return call(...(value as unknown[]));
    case Order.Map:
      return mapItems((value as unknown[]).length, (at) => call((value as unknown[])[at]));
    default:
      return mapItems((value as unknown[]).length, (at) => call(...((value as unknown[][])[at] as unknown[])));
  }
}

/** Makes the calls of a map of numbers: numbers come out as long as the function gives some. */
export function mapNumbers(call: Target, items: Float64Array): unknown {
  const results = new Float64Array(items.length);
  for (let at = 0; at < items.length; at += 1) {
    const result = call(items[at]);
    if (typeof result === 'number') results[at] = result;
    else return mapRest(Array.from(results.subarray(0, at)), result, items.length, (next) => call(items[next]));
  }
  return new NumberList(results);
}

function mapItems(count: number, call: (at: number) => unknown): unknown {
  const results: unknown[] = [];
  return count === 0 ? results : mapRest(results, call(0), count, call);
}

function mapRest(results: unknown[], first: unknown, count: number, call: (at: number) => unknown): unknown {
  let result = first;
  for (;;) {
    const promise = promiseOf(result);
    if (promise !== undefined) return mapWaiting(results, promise, count, call);
    results.push(result);
    if (results.length === count) return results;
    result = call(results.length);
  }
}

// One after the other, as Python's map does within a chunk.
async function mapWaiting(
  results: unknown[],
  first: Promise<unknown>,
  count: number,
  call: (at: number) => unknown,
): Promise<unknown[]> {
  results.push(await first);
  while (results.length < count) results.push(await call(results.length));
  return results;
}

/**
 * Refuses what a promise cannot resolve with: a Proxy that was revoked, for which the engine has an error of its own.
 *
 * @throws {TransferError} If it is one.
 */
export function crossable(result: unknown): unknown {
  if (types.isProxy(result) && promiseOf(result) === undefined) encodeValue(result, RESULT_PATH);
  return result;
}
