import type { Target } from '@weft/core';
import { type TargetReference, loadTarget, loadTargetNow } from '@weft/core/lowlevel';
import { currentThread, mainThread } from '@weft/threading';

/**
 * Finds a function that this thread was asked to call.
 *
 * @throws {TargetError} If it cannot be found.
 */
export async function findTarget(reference: TargetReference): Promise<Target> {
  // A program may still be in its top-level `await`, such as that of its `run`: to import it would wait for ever.
  const found = currentThread() === mainThread() ? loadTargetNow(reference) : undefined;
  return (found ?? (await loadTarget(reference))) as Target;
}
