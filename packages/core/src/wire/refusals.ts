import { TransferError } from '../errors.ts';
import { pathTo, refusal } from './scan.ts';

/**
 * Turns structured clone's refusal into a {@link TransferError} that says which part of the value it was.
 *
 * @param error What `postMessage` or a serialiser threw.
 * @param value What was to be cloned.
 * @param path What the value is called.
 */
export function asTransferError(error: unknown, value: unknown, path: string): TransferError {
  if (error instanceof TransferError) return error;
  const trail = tryFindUncloneable(value);
  const reason = error instanceof Error ? error.message : String(error);
  const refused = refusal(pathTo(path, trail), reason);
  refused.cause = error;
  return refused;
}

type Trail = (string | number)[];

// A getter may throw now that did not before, and the stack may be too short.
function tryFindUncloneable(value: unknown): Trail {
  try {
    return findUncloneable(value, [], new Set());
  } catch {
    return [];
  }
}

// Goes down into the first part that cannot be cloned by itself, until no part of it is to blame.
function findUncloneable(value: unknown, trail: Trail, seen: Set<object>): Trail {
  if (typeof value !== 'object' || value === null || seen.has(value)) return trail;
  seen.add(value);
  for (const [step, part] of partsOf(value)) {
    if (!isCloneable(part)) return findUncloneable(part, [...trail, step], seen);
  }
  return trail;
}

function partsOf(value: object): Iterable<[string | number, unknown]> {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return [...value].map(([key, part]): [string, unknown] => [String(key), part]);
  if (value instanceof Set) return [...value].entries();
  return Object.entries(value);
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
