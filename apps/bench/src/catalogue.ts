import { asynchronous } from './areas/async.ts';
import { combined } from './areas/combined.ts';
import { primitives } from './areas/primitives.ts';
import { processes } from './areas/processes.ts';
import { threads } from './areas/threads.ts';
import type { BenchCase } from './bench-case.ts';

/** Every case, area by area. */
export const catalogue: BenchCase[] = [...threads, ...processes, ...primitives, ...asynchronous, ...combined];

/** The names of the areas. */
export const areas: string[] = [...new Set(catalogue.map(({ area }) => area))];
