import { types } from 'node:util';

/** The name of a function or class, for people; `''` if it has none. A Proxy, which may throw, is not asked. */
export function functionName(target: object): string {
  const name: unknown = types.isProxy(target) ? '' : Object.getOwnPropertyDescriptor(target, 'name')?.value;
  return typeof name === 'string' ? name : '';
}
