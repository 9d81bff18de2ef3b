import { types } from 'node:util';

const MAX_DEPTH = 8;
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

// A library that gives every object a toJSON makes JSON say what it likes.
function hasCommonToJson(): boolean {
  return 'toJSON' in Object.prototype || 'toJSON' in Array.prototype;
}

function isExact(value: unknown, depth: number, seen: object[]): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isExactObject(value, depth + 1, seen));
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number, seen: object[]): boolean {
  if (seen.length > MAX_DEPTH * 2 || seen.includes(value) || types.isProxy(value)) return false;
  seen.push(value);
  if (Array.isArray(value)) return isExactArray(value, depth, seen);
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.getOwnPropertySymbols(value).length > 0) return false;
  if (Object.hasOwn(value, 'toJSON')) return false;
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    if (key === '__proto__' || !isExact(fields[key], depth, seen)) return false;
  }
  return true;
}

function isExactArray(value: unknown[], depth: number, seen: object[]): boolean {
  if (value.length > MAX_ITEMS || Object.getPrototypeOf(value) !== Array.prototype) return false;
  for (let i = 0; i < value.length; i += 1) {
    if (!isExact(value[i], depth, seen)) return false;
  }
  // Named properties on an array are lost in JSON.
  return Object.keys(value).length === value.length;
}
