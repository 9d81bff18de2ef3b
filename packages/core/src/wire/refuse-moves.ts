import { partsOf } from './parts.ts';
import { kindOf, pathTo, refusal } from './scan.ts';

/**
 * Refuses what is marked to move in a value that several workers get: memory can go to one of them only.
 *
 * What [toWire] of an object gives is not looked at, as asking for it may change something.
 *
 * @param path What the value is called in errors.
 * @throws {TransferError} If part of it would move, with the path to it.
 */
export function refuseMoves(value: unknown, path: string): void {
  const trail: (string | number)[] = [];
  if (moves(value, trail, new Set())) throw refusal(pathTo(path, trail), 'what moves can go to one worker only');
}

// Leaves the way to what moves in the trail. What cannot be read is left to whoever packs it.
function moves(value: unknown, trail: (string | number)[], seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  const depth = trail.length;
  try {
    const kind = kindOf(value);
    if (kind === 'transfer') return true;
    for (const [step, part] of partsOf(value, kind)) {
      trail.push(step);
      if (moves(part, trail, seen)) return true;
      trail.pop();
    }
  } catch {
    trail.length = depth;
  }
  return false;
}
