import type { JudgedClaim } from '../claims/claim.ts';
import type { Comparison } from '../compare/row.ts';
import type { Convoy } from '../experiments/convoy.ts';
import type { Exhibit } from '../gallery/exhibit.ts';
import type { Machine } from '../measure/machine.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Timeline } from '../trace/timeline.ts';
import type { PythonComparison } from '../tutorial/python.ts';
import type { ExecutedListing } from '../tutorial/run-listing.ts';

/** A scenario that was run to be drawn. */
export interface DrawnScenario {
  title: string;
  scenario: Scenario;
  wall: number;
  timeline: Timeline;
}

/** Everything that was run, measured and judged. */
export interface Report {
  scale: 'full' | 'quick';
  seconds: number;
  machine: Machine;
  listings: ExecutedListing[];
  comparison: Comparison;
  convoy: Convoy;
  claims: JudgedClaim[];
  python: PythonComparison | undefined;
  scenarios: DrawnScenario[];
  exhibits: Exhibit[];
}
