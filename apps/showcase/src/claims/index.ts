import { asyncioIsLightweight } from './asyncio-is-lightweight.ts';
import { asyncioIsSingleThreaded } from './asyncio-is-single-threaded.ts';
import { asyncioNeedsCoroutines } from './asyncio-needs-coroutines.ts';
import type { Claim } from './claim.ts';
import { gatherOverlaps } from './gather-overlaps.ts';
import { gilIsTheCause } from './gil-is-the-cause.ts';
import { gilLimitsThreads } from './gil-limits-threads.ts';
import { poolAndLoopCombine } from './pool-and-loop-combine.ts';
import { poolRunsInParallel } from './pool-runs-in-parallel.ts';
import { processesCostMemory } from './processes-cost-memory.ts';
import { processesCostTime } from './processes-cost-time.ts';
import { processesHaveOwnMemory } from './processes-have-own-memory.ts';
import { processesScale } from './processes-scale.ts';
import { threadsAreBestForIo } from './threads-are-best-for-io.ts';
import { threadsOverlap } from './threads-overlap.ts';
import { threadsShareMemory } from './threads-share-memory.ts';
import { threadsSpeedUpIo } from './threads-speed-up-io.ts';

/** Every claim of the tutorial that can be measured, in the tutorial's order. */
export const claims: readonly Claim[] = [
  threadsOverlap,
  threadsShareMemory,
  threadsSpeedUpIo,
  gilIsTheCause,
  poolRunsInParallel,
  processesHaveOwnMemory,
  processesScale,
  processesCostMemory,
  gatherOverlaps,
  asyncioIsSingleThreaded,
  asyncioIsLightweight,
  asyncioNeedsCoroutines,
  threadsAreBestForIo,
  gilLimitsThreads,
  processesCostTime,
  poolAndLoopCombine,
];
