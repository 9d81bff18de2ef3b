import { z } from 'zod';

/** What can be tried out: a technique, some tasks, and the rules they run under. */
export const scenarioSchema = z.strictObject({
  technique: z.enum(['sequential', 'threading', 'multiprocessing', 'asyncio']),
  /** What the tasks do; of mixed ones every second waits. */
  workload: z.enum(['wait', 'compute', 'mixed']),
  workers: z.int().min(1).max(16),
  tasks: z.int().min(1).max(64),
  /** How long each task waits or computes, in milliseconds. */
  ms: z.int().min(1).max(500),
  /** Whether threads live under an emulated GIL. */
  gil: z.boolean(),
});

/** One run to be traced and drawn. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** What came out. */
export interface ScenarioResult {
  /** Milliseconds from the first call to the last result, workers being ready. */
  wall: number;
}
