import type { CaseResult } from '../measure-case.ts';

/** A case in which a peer is better than ours. */
export interface Loss {
  area: string;
  case: string;
  to: string;
  by: number;
  why: string;
}

/** Below this, a difference is noise on a shared machine. */
const NOISE = 1.05;

/** Finds the cases in which the best peer beats ours by more than noise. */
export function losses(cases: readonly CaseResult[]): Loss[] {
  return cases.flatMap(({ area, case: name, subjects }) => {
    const peers = subjects.filter(({ role, ratioToOurs }) => role === 'peer' && ratioToOurs < 1 / NOISE);
    const worst = peers.toSorted((a, b) => a.ratioToOurs - b.ratioToOurs)[0];
    if (worst === undefined) return [];
    return [
      {
        area,
        case: name,
        to: worst.name,
        by: 1 / worst.ratioToOurs,
        why: REASONS[`${area}: ${name}`] ?? 'not explained yet',
      },
    ];
  });
}

/** Why ours is behind where it is known to be. */
const REASONS: Record<string, string> = {};
