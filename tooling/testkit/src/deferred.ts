/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** Whether it was resolved or rejected. */
  readonly settled: boolean;
  resolve(this: void, value: T): void;
  reject(this: void, error: unknown): void;
}

/**
 * Makes a promise that is settled from outside; a rejection that nobody reads is no failure.
 *
 * @returns The promise, and what settles it.
 */
export function deferred<T = void>(): Deferred<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  promise.catch(() => {});
  let settled = false;
  return {
    promise,
    get settled() {
      return settled;
    },
    resolve(value) {
      settled = true;
      resolve(value);
    },
    reject(error) {
      settled = true;
      reject(error);
    },
  };
}
