import { tasks } from './asyncio.ts';
import { processes } from './multiprocessing.ts';
import { sequential } from './sequential.ts';
import type { Technique } from './technique.ts';
import { threads, threadsWithGil } from './threading.ts';

/** Everything that is compared, in the tutorial's order. */
export const techniques: readonly Technique[] = [sequential, threads, threadsWithGil, processes, tasks];
