import type { CaseResult, SubjectResult } from '../measure-case.ts';
import { ratio } from './figures.ts';

/** Ours in a case, the best of the peers, and the best of the bare means. */
export interface Standing {
  ours: SubjectResult | undefined;
  bestPeer: SubjectResult | undefined;
  floor: SubjectResult | undefined;
}

/** The subjects of a case, the best first. */
export function bestFirst({ better, subjects }: CaseResult): SubjectResult[] {
  const sign = better === 'higher' ? -1 : 1;
  return subjects.toSorted((a, b) => sign * (a.median - b.median));
}

/** Finds those whom ours is compared with. */
export function standingOf(result: CaseResult): Standing {
  const ordered = bestFirst(result);
  const first = (wanted: SubjectResult['role']): SubjectResult | undefined =>
    ordered.find(({ role }) => role === wanted);
  return { ours: first('ours'), bestPeer: first('peer'), floor: first('floor') };
}

/** Says how ours stands to the best peer and to the floor. */
export function describeStanding(result: CaseResult): string {
  const { bestPeer, floor } = standingOf(result);
  const parts = [
    bestPeer && bestPeer.ratioToOurs > 0 && `${ratio(bestPeer.ratioToOurs)} than the best peer (${bestPeer.name})`,
    floor && floor.ratioToOurs > 0 && `${ratio(floor.ratioToOurs)} than the floor (${floor.name})`,
  ].filter((part) => part !== undefined && part !== false);
  return parts.length === 0 ? 'There is nobody to compare ours with.' : `Ours is ${parts.join(', ')}.`;
}
