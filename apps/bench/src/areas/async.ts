import type { BenchCase } from '../bench-case.ts';
import { limiting } from '../tasks/limiting.ts';
import { sleeping } from '../tasks/sleeping.ts';
import { spawning } from '../tasks/spawning.ts';
import { streaming } from '../tasks/streaming.ts';
import { waiting } from '../tasks/waiting.ts';

/** Tasks of one thread. */
export const asynchronous: BenchCase[] = [...spawning, ...limiting, ...waiting, ...sleeping, ...streaming];
