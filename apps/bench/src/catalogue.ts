import { asynchronous } from './areas/async.ts';
import { primitives } from './areas/primitives.ts';
import { processes } from './areas/processes.ts';
import { threads } from './areas/threads.ts';
import type { BenchCase } from './bench-case.ts';

/** Every case, area by area. */
export const catalogue: BenchCase[] = [...threads, ...processes, ...primitives, ...asynchronous];

/** The names of the areas. */
export const areas: string[] = [...new Set(catalogue.map(({ area }) => area))];
