import type { Target } from '@weft/core';
import { type TargetReference, loadTarget } from '@weft/core/lowlevel';
import { ownProcess } from './own-process.ts';

/** A function that a worker was told of. */
export interface Defined {
  readonly reference: TargetReference;
  call: Target | undefined;
  loading: Promise<Target> | undefined;
}

/** Loads a function's module, once. */
export function load(entry: Defined): Promise<Target> {
  entry.loading ??= importTarget(entry);
  return entry.loading;
}

async function importTarget(entry: Defined): Promise<Target> {
  const own = ownProcess();
  own.importing = true;
  try {
    const found = loadTarget(entry.reference);
    // Only a module with top-level await takes longer than this turn.
    entry.call = (found instanceof Promise ? await found : found) as Target;
    return entry.call;
  } finally {
    own.importing = false;
  }
}
