import { types } from 'node:util';
import { toWire } from './protocol.ts';

/** How deep objects may lie in each other. */
export const MAX_DEPTH = 8;
const MAX_ITEMS = 4096;

/**
 * Says whether JSON carries a value exactly: plain objects and arrays of finite numbers, strings, booleans and null.
 *
 * It answers `false` also where looking would take longer than structured clone does. A value that stands in two places
 * counts as exact only if it is no object: JSON would make two of one.
 */
export function isJsonExact(value: unknown): boolean {
  try {
    return isExact(value, 0, []) && !hasCommonToJson();
  } catch {
    // A getter threw: whoever takes the value apart says where.
    return false;
  }
}

/** Says whether JSON says what it likes: a library has given every object a toJSON. */
export function hasCommonToJson(): boolean {
  return 'toJSON' in Object.prototype || 'toJSON' in Array.prototype;
}

function isExact(value: unknown, depth: number, seen: object[]): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'boolean':
      return true;
    case 'number':
      return isExactNumber(value);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isExactObject(value, depth + 1, seen));
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number, seen: object[]): boolean {
  if (!isNew(value, seen)) return false;
  if (Array.isArray(value)) return isExactArray(value, depth, seen);
  if (!isPlain(value)) return false;
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    if (key === '__proto__' || !isExact(fields[key], depth, seen)) return false;
  }
  return true;
}

function isExactArray(value: unknown[], depth: number, seen: object[]): boolean {
  if (!isPlainArray(value)) return false;
  for (let i = 0; i < value.length; i += 1) {
    if (!isExact(value[i], depth, seen)) return false;
  }
  return isList(value);
}

/** Says whether JSON carries a number exactly. */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

/** Notes that an object was seen, and answers `false` if it was before, or if that cannot be found out quickly. */
export function isNew(value: object, seen: object[]): boolean {
  if (seen.length > MAX_DEPTH * 2 || seen.includes(value) || types.isProxy(value)) return false;
  seen.push(value);
  return true;
}

/** Says whether JSON carries all of an object if it carries its fields. */
export function isPlain(value: object): boolean {
  // As structured clone does, JSON leaves fields out whose key is a symbol.
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    !Object.hasOwn(value, 'toJSON') &&
    (value as { [toWire]?: unknown })[toWire] === undefined
  );
}

/** Says whether JSON carries all of an array if it carries its items, and if {@link isList}. */
export function isPlainArray(value: unknown[]): boolean {
  return value.length <= MAX_ITEMS && Object.getPrototypeOf(value) === Array.prototype;
}

/** Says whether an array has nothing but items: named properties on it are lost in JSON. */
export function isList(value: unknown[]): boolean {
  return Object.keys(value).length === value.length;
}
