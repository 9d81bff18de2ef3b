import type { Claim, JudgedClaim } from './claim.ts';
import type { Lab } from './lab.ts';
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
  if (lab.cores < (claim.cores ?? 1)) {
    return { ...told, samples: {}, verdict: 'inconclusive', trouble: `It takes ${claim.cores} cores to tell` };
  }
  try {
    const samples: Samples = await claim.measure(lab);
    const verdict: Verdict = judge(thresholds, samples);
    return { ...told, samples, verdict };
  } catch (error) {
    return { ...told, samples: {}, verdict: 'inconclusive', trouble: String(error) };
  }
}
