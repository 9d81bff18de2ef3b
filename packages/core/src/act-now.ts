import { promiseOf } from './promise-of.ts';

/**
 * Runs a barrier's action where nobody awaits it.
 *
 * @throws {TypeError} If it returns a promise: the others would go on before it is done.
 */
export function actNow(action: (() => unknown) | undefined): void {
  if (promiseOf(action?.()) !== undefined)
    throw new TypeError('Cannot pass the barrier: its action returned a promise, which nobody awaits here');
}
