const promisePrototype = Promise.prototype;
const promiseThen = promisePrototype.then;

/** Whether it is a promise whose `then` is the engine's own. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise && Object.getPrototypeOf(value) === promisePrototype && value.then === promiseThen;
}

/** Whether it can be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function';
}
