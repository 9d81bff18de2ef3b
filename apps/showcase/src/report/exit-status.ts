import type { JudgedClaim } from '../claims/claim.ts';

/** Every verdict is as expected. */
export const AS_EXPECTED = 0;
/** A claim was judged differently than when it was written. */
export const CHANGED = 1;
/** Nothing changed, but a claim could not be measured. */
export const NOT_MEASURED = 2;

/** The status that the program ends with, so that other programs can see what came out. */
export function exitStatus(claims: readonly JudgedClaim[]): number {
  const changed = claims.filter(({ verdict, expected }) => verdict !== expected);
  if (changed.some(({ verdict }) => verdict !== 'inconclusive')) return CHANGED;
  return changed.length > 0 ? NOT_MEASURED : AS_EXPECTED;
}
