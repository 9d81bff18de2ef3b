import type { Target } from '@weft/core';
import type { TargetReference } from '@weft/core/lowlevel';
import { importTarget } from './import-target.ts';

/** A function that a worker was told of. */
export interface Defined {
  readonly reference: TargetReference;
  call: Target | undefined;
  loading: Promise<Target> | undefined;
}

/** Loads a function's module, once. */
export function load(entry: Defined): Promise<Target> {
  entry.loading ??= fill(entry);
  return entry.loading;
}

async function fill(entry: Defined): Promise<Target> {
  const found = importTarget(entry.reference);
  // If it can be had now, others find it in this turn.
  entry.call = (found instanceof Promise ? await found : found) as Target;
  return entry.call;
}
