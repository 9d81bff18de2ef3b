import { types } from 'node:util';

/**
 * The promise that a call's result is to be awaited by; `undefined` if the result is there already.
 *
 * What only has a `then` becomes a promise as `await` makes it one: it may call back twice, or throw.
 */
export function promiseOf(result: unknown): Promise<unknown> | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  try {
    if (result instanceof Promise) return result as Promise<unknown>;
    return typeof (result as { then?: unknown }).then === 'function' ? Promise.resolve(result) : undefined;
  } catch (error) {
    // A Proxy that was revoked throws whatever one asks it: who packs the result says what it is.
    return types.isProxy(result) ? undefined : Promise.reject(error as Error);
  }
}
