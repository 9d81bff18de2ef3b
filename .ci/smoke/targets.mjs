export class NotFound extends Error {
  constructor(what) {
    super(`Cannot find ${what}`);
    this.what = what;
  }
}

export function square(n) {
  return n * n;
}

export function fail(what) {
  throw new NotFound(what);
}

/** Adds one a thousand times to what a lock protects. */
export function count(lock, counter) {
  for (let i = 0; i < 1_000; i++) {
    lock.acquireSync();
    counter[0]++;
    lock.release();
  }
}

export function greet(name) {
  console.log(`hello from ${name}`);
}
