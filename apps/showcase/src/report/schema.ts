import { z } from 'zod';
import { outputComparisons } from '../tutorial/compare-outputs.ts';

const summary = z.strictObject({
  median: z.number(),
  q1: z.number().describe('Lower end of the middle half'),
  q3: z.number().describe('Upper end of the middle half'),
  samples: z.array(z.number()).describe('Every measured value, in the order of the rounds'),
});

const technique = z.enum(['sequential', 'threading', 'threading, emulated GIL', 'multiprocessing', 'asyncio']);
const workload = z.enum(['I/O-bound', 'CPU-bound']);
const verdict = z.enum(['confirmed', 'refuted', 'confirmed only with an emulated GIL', 'inconclusive']);

const machine = z.strictObject({
  platform: z.string(),
  architecture: z.string(),
  processor: z.string(),
  cores: z.int().describe('How many cores the program may use'),
  memoryBytes: z.int(),
  node: z.string(),
  v8: z.string(),
});

const row = z.strictObject({
  technique,
  workload,
  workers: z.int(),
  wallTime: summary.describe('Milliseconds, workers being ready'),
  speedup: summary.describe('Over sequential, round by round'),
  efficiency: z.number().describe('Speedup by worker'),
  cpuSeconds: summary.describe('Of all threads and processes'),
  loopDelay: summary.describe('Longest standstill of the event loop in milliseconds'),
  bytesSerialized: z.int().describe("Arguments and results that crossed, in V8's format"),
});

const startCost = z.strictObject({
  technique,
  coldStart: summary.describe('Milliseconds from nothing to the first result'),
  warmStart: summary.describe('Milliseconds to a result from a ready worker'),
  memoryPerWorker: z.number().optional().describe('Bytes (PSS) that a ready worker adds'),
});

const claim = z.strictObject({
  id: z.string(),
  section: z.string(),
  sentence: z.string().describe('What the tutorial says'),
  experiment: z.string(),
  because: z.string(),
  thresholds: z.array(
    z.strictObject({
      metric: z.string(),
      unit: z.string(),
      atLeast: z.number().optional(),
      atMost: z.number().optional(),
      emulated: z.boolean().optional().describe('Measured under an emulated GIL'),
    }),
  ),
  samples: z.record(z.string(), z.array(z.number())),
  verdict,
  expected: verdict,
  trouble: z.string().optional().describe('Why it could not be measured'),
});

const listing = z.strictObject({
  name: z.enum(['threading', 'multiprocessing', 'asyncio', 'combined']),
  python: z.strictObject({ source: z.string(), output: z.string().optional() }),
  typescript: z.strictObject({ source: z.string(), output: z.string() }),
  comparison: z.enum([...outputComparisons, 'no Python']),
});

const python = z.strictObject({
  version: z.string(),
  rows: z.array(
    z.strictObject({
      technique: z.enum(['sequential', 'threading', 'multiprocessing', 'asyncio']),
      workload,
      wallTime: summary.describe('Milliseconds; the workload is smaller than ours'),
      speedup: summary.describe("Over Python's own sequential run"),
    }),
  ),
});

const convoy = z.strictObject({ alone: summary, besideComputation: summary, besideComputationUnderGil: summary });

const failure = z.strictObject({
  id: z.string(),
  title: z.string(),
  broken: z.strictObject({ output: z.string(), hung: z.boolean(), exitCode: z.int().optional() }),
  fixed: z.strictObject({ output: z.string(), hung: z.boolean(), exitCode: z.int().optional() }),
});

/** What `showcase compare --json` writes. */
export const reportSchema = z
  .strictObject({
    version: z.literal(1),
    scale: z.enum(['full', 'quick']),
    seconds: z.number().describe('How long the whole run took'),
    machine,
    listings: z.array(listing),
    comparison: z.strictObject({ rows: z.array(row), startCosts: z.array(startCost) }),
    convoy: convoy.describe('Milliseconds that a wait of 1 ms takes a thread'),
    claims: z.array(claim),
    python: python.optional().describe('Missing where the real Python was not measured'),
    failures: z.array(failure),
  })
  .meta({ title: 'Showcase report', description: 'What `showcase compare` measured, with every sample and verdict' });

/** The report as JSON. */
export type JsonReport = z.infer<typeof reportSchema>;

/** The published schema, as report.schema.json holds it. */
export function publishedSchema(): object {
  return z.toJSONSchema(reportSchema);
}
