import { type Target, type TargetReference, loadTarget, pack, simplify } from '@weft/core/lowlevel';
import type { Outcome } from './stage.ts';

/** What became of a call, in a form that crosses. */
export type SentOutcome = { value: unknown } | { thrown: unknown };

/**
 * Calls a function for each item, on the worker: the target that a stage hands to its executor.
 *
 * @param reference Where to find the function.
 * @param items What to call it with, one after the other.
 * @param luggage What each call gets besides its item: the context.
 * @returns What became of each call: one that fails does not stop the others.
 */
export async function runChunk(
  reference: TargetReference,
  items: unknown[],
  ...luggage: unknown[]
): Promise<SentOutcome[]> {
  const target = (await loadTarget(reference)) as Target;
  const outcomes: SentOutcome[] = [];
  for (const item of items) {
    try {
      outcomes.push({ value: await target(item, ...luggage) });
    } catch (error) {
      outcomes.push({ thrown: sendable(error) });
    }
  }
  return outcomes;
}

// What cannot cross of one error must not spoil its chunk: it goes in its printed form, as from a pool.
function sendable(thrown: unknown): unknown {
  try {
    pack(thrown, 'process', 'the error');
    return thrown;
  } catch {
    return simplify(thrown, 'process');
  }
}

/** Reads what {@link runChunk} sent back. */
export function receiveOutcomes<R>(sent: SentOutcome[]): Outcome<R>[] {
  return sent.map((outcome) =>
    'value' in outcome ? { ok: true, value: outcome.value as R } : { ok: false, error: outcome.thrown },
  );
}
