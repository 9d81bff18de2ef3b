import { inspect } from 'node:util';

/**
 * Checks the bounds on a thread's memory and stack. Node passes over what is no object.
 *
 * @throws {TypeError} If they are none.
 */
export function checkResourceLimits(limits: unknown): void {
  if (limits === undefined || (typeof limits === 'object' && limits !== null && !Array.isArray(limits))) return;
  throw new TypeError(`Cannot use resourceLimits = ${inspect(limits, { depth: 0 })}: it must be an object`);
}
