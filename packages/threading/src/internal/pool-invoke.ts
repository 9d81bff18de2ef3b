/** A function that a task calls. */
export type Callee = (...args: never[]) => unknown;

/** Calls a function with one argument. */
export function invoke(callee: Callee, argument: unknown): unknown {
  return callee(argument as never);
}

/** Calls a function with a list of arguments. */
export function invokeAll(callee: Callee, args: readonly unknown[]): unknown {
  return callee(...(args as never[]));
}

const WARM_UP = 500;

/**
 * Keeps the engine from inlining users' functions into the dispatcher, where they would be stuck in code of a lower
 * tier: it sees so many different functions here that it gives up on each.
 */
export function keepApart(): void {
  const callees: Callee[] = [() => 0, () => 1, (x) => x, (x) => [x], (x) => typeof x];
  for (let i = 0; i < WARM_UP; i += 1) {
    const callee = callees[i % callees.length] as Callee;
    invoke(callee, i);
    invokeAll(callee, [i]);
  }
}
