import type { Claim, JudgedClaim } from './claim.ts';
import { type Lab, shareOfCore } from './lab.ts';
import { type Samples, type Verdict, judge } from './verdict.ts';

/**
 * Does the experiments of some claims, one after the other, and judges them. An experiment that fails leaves its claim
 * inconclusive and does not keep the others from being done.
 *
 * @param claims What to find out about.
 * @param lab What the experiments share.
 * @param onStep Told which claim is looked into.
 */
export async function judgeClaims(
  claims: readonly Claim[],
  lab: Lab,
  onStep: (id: string) => void,
): Promise<JudgedClaim[]> {
  const judged: JudgedClaim[] = [];
  for (const claim of claims) {
    onStep(claim.id);
    judged.push(await judgeClaim(claim, lab));
  }
  return judged;
}

async function judgeClaim(claim: Claim, lab: Lab): Promise<JudgedClaim> {
  const { id, sentence, section, experiment, because, expected } = claim;
  const thresholds = [...claim.thresholds(lab.cores)];
  const told = { id, sentence, section, experiment, because, expected, thresholds };
  const trouble = claim.cores === undefined ? undefined : troubleWithCores(claim.cores, lab);
  if (trouble !== undefined) return { ...told, samples: {}, verdict: 'inconclusive', trouble };
  try {
    const samples: Samples = await claim.measure(lab);
    const verdict: Verdict = judge(thresholds, samples);
    return { ...told, samples, verdict };
  } catch (error) {
    return { ...told, samples: {}, verdict: 'inconclusive', trouble: String(error) };
  }
}

/** With less than this of a core, times say more about the other programs on the machine than about ours. */
const QUIET = 0.8;

function troubleWithCores(needed: number, lab: Lab): string | undefined {
  if (lab.cores < needed) return `It takes ${needed} cores to tell`;
  const share = shareOfCore(lab);
  if (share >= QUIET) return undefined;
  return `Other programs kept the machine busy: work on one core got ${Math.round(share * 100)} % of it`;
}
