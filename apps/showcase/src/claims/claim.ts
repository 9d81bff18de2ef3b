import type { Samples, Threshold, Verdict } from './verdict.ts';
import type { Section } from '../tutorial/sections.ts';
import type { Lab } from './lab.ts';

/** A sentence of the tutorial, and the experiment that says whether it is true here. */
export interface Claim {
  /** A short name that stays the same from version to version. */
  id: string;
  /** What the tutorial says, word for word. */
  sentence: string;
  /** The section of the tutorial that says it. */
  section: Section['id'];
  /** What is done to find out. */
  experiment: string;
  /** What has to come out. Thresholds that depend on the machine get the number of usable cores. */
  thresholds(cores: number): readonly Threshold[];
  /** How many cores it takes to tell, all of them for ourselves. */
  cores?: number;
  /** What came out when the claim was written; anything else is news. */
  expected: Verdict;
  /** Why it comes out like this, for readers. */
  because: string;
  /** Does the experiment. */
  measure(lab: Lab): Promise<Samples>;
}

/** A claim with everything that was found out about it. */
export interface JudgedClaim {
  id: string;
  sentence: string;
  section: Claim['section'];
  experiment: string;
  because: string;
  thresholds: Threshold[];
  samples: Samples;
  verdict: Verdict;
  expected: Verdict;
  /** Why nothing could be measured, if nothing could. */
  trouble?: string;
}
