import type { CaseResult } from '../measure-case.ts';
import { figure } from './figures.ts';
import { reasons } from './reasons.ts';
import { standingOf } from './standing.ts';

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
  return cases.flatMap((result) => {
    const { bestPeer } = standingOf(result);
    if (bestPeer === undefined || bestPeer.ratioToOurs >= 1 / NOISE) return [];
    const { area, case: name } = result;
    return [{ area, case: name, to: bestPeer.name, by: 1 / bestPeer.ratioToOurs, why: explain(result) }];
  });
}

/** What the figures of the run say of a loss, and what is known to differ. */
function explain(result: CaseResult): string {
  const { area, case: name } = result;
  const reason = reasons[`${area}: ${name}`] ?? 'no reason is known';
  return [overlap(result), besideFloor(result), reason].filter((part) => part !== undefined).join('; ');
}

/** Where the samples of the two overlap, another run may come out the other way round. */
function overlap({ better, subjects }: CaseResult): string | undefined {
  const ours = subjects.find(({ role }) => role === 'ours');
  const peers = subjects.filter(({ role, ratioToOurs }) => role === 'peer' && ratioToOurs < 1 / NOISE);
  if (ours === undefined || ours.samples.length < 2) return undefined;
  const [best, worst] = better === 'higher' ? [Math.max, Math.min] : [Math.min, Math.max];
  const sign = better === 'higher' ? 1 : -1;
  const apart = peers.some(({ samples }) => sign * (worst(...samples) - best(...ours.samples)) > 0);
  return apart ? undefined : 'their samples overlap, so that another run may say otherwise';
}

function besideFloor(result: CaseResult): string | undefined {
  const { ours, floor, bestPeer } = standingOf(result);
  if (ours === undefined || floor === undefined || bestPeer === undefined) return undefined;
  const { unit } = result;
  return `ours ${figure(ours.median)} ${unit}, theirs ${figure(bestPeer.median)}, the floor ${figure(floor.median)}`;
}
