import { types } from 'node:util';
import { partsOf } from './parts.ts';
import { kindOf } from './scan.ts';
import { type Transfer, unwrapTransfer } from './transfer.ts';

/**
 * Of what a view of an executor moves, gives what stands in the arguments of one task: the rest may belong to the next.
 *
 * Where it cannot be known, as in an object with [toWire] or one that cannot be read, all of it.
 */
export function listedIn<T extends object>(args: readonly unknown[], listed: readonly T[]): readonly T[] {
  const found = new Set<unknown>();
  return collect(args, found, new Set()) ? listed.filter((one) => found.has(one)) : listed;
}

// Answers `false` if something cannot be looked into.
function collect(value: unknown, found: Set<unknown>, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return true;
  seen.add(value);
  try {
    const kind = kindOf(value);
    if (kind === 'wirable') return false;
    if (kind === 'transfer') return collect(unwrapTransfer(value as Transfer).value, found, seen);
    found.add(ArrayBuffer.isView(value) ? value.buffer : value);
    // One of ours may hold arguments for several calls, beside what is private.
    const parts = kind === 'leaf' && !isMemory(value) ? Object.entries(value) : partsOf(value, kind);
    for (const [, part] of parts) if (!collect(part, found, seen)) return false;
    return true;
  } catch {
    return false;
  }
}

function isMemory(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}
