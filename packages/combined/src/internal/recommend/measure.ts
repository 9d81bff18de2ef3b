import { performance } from 'node:perf_hooks';
import { type Crossing, type Obstacles, tryCrossing } from './obstacles.ts';

/** What one call takes on the average. Times are in milliseconds, sizes in bytes. */
export interface CallProfile {
  /** From call to result. */
  wall: number;
  /** For how much of that a processor computed: this thread's, or one of those that Node itself computes on. */
  cpu: number;
  /** How long one call keeps the event loop from anything else. */
  blocked: number;
  /** `cpu` divided by `wall`, from 0 to 1. */
  cpuShare: number;
  argumentBytes: number;
  resultBytes: number;
  /** Whether the function returns a promise. */
  asynchronous: boolean;
  /** How many calls were made. */
  samples: number;
}

/** What is measured of a call. */
type Call = Omit<CallProfile, 'cpuShare' | 'samples'> & { crossings: Crossing[] };

/** What the samples came to. */
export interface Measurement {
  profile: CallProfile;
  /** What keeps arguments and results from crossing. */
  obstacles: Obstacles[];
}

/** How often a sample is called as long as all of them are quick. */
const REPEATS = 3;

/** In milliseconds: samples that take longer than this together are called once each. */
const QUICK = 50;

/** Runs samples one after the other until they or the time are used up, at least one call. */
export async function measureCalls<T>(
  fn: (item: T) => unknown,
  samples: readonly T[],
  budget: number,
): Promise<Measurement> {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  // The first call pays for what is done once: compiling, reading files into the cache. It counts if it is the only one.
  const first = await measureCall(fn, samples[0] as T);
  const calls = samples.map((): Call[] => []);
  for (let repeat = 0; repeat < REPEATS && (repeat === 0 || elapsed() < QUICK); repeat += 1) {
    for (const [at, item] of samples.entries()) if (elapsed() < budget) calls[at]?.push(await measureCall(fn, item));
  }
  const made = calls.filter((ofSample) => ofSample.length > 0);
  if (made.length === 0) made.push([first]);
  return { profile: summarise(made), obstacles: made.flat().flatMap(({ crossings }) => crossings) };
}

async function measureCall<T>(fn: (item: T) => unknown, item: T): Promise<Call> {
  const cpuBefore = process.cpuUsage();
  const loopBefore = performance.eventLoopUtilization();
  const begun = performance.now();
  const returned = fn(item);
  const asynchronous = typeof (returned as PromiseLike<unknown> | null)?.then === 'function';
  const result = asynchronous ? await returned : returned;
  const wall = performance.now() - begun;
  const { active } = performance.eventLoopUtilization(loopBefore);
  const { user, system } = process.cpuUsage(cpuBefore);
  const crossings = [tryCrossing(item, 'args[0]'), tryCrossing(result, 'the result')] as const;
  return {
    wall,
    cpu: Math.min(wall, (user + system) / 1_000),
    blocked: asynchronous ? Math.min(wall, active) : wall,
    argumentBytes: crossings[0].bytes,
    resultBytes: crossings[1].bytes,
    asynchronous,
    crossings: [...crossings],
  };
}

function summarise(calls: Call[][]): CallProfile {
  const average = (key: 'wall' | 'cpu' | 'blocked' | 'argumentBytes' | 'resultBytes'): number =>
    calls.reduce((sum, ofSample) => sum + median(ofSample.map((call) => call[key])), 0) / calls.length;
  const wall = average('wall');
  const cpu = Math.min(wall, average('cpu'));
  return {
    wall,
    cpu,
    blocked: average('blocked'),
    cpuShare: wall === 0 ? 1 : cpu / wall,
    argumentBytes: average('argumentBytes'),
    resultBytes: average('resultBytes'),
    asynchronous: calls.flat().some(({ asynchronous }) => asynchronous),
    samples: calls.flat().length,
  };
}

// Of a sample's calls, so that one hiccup of the machine does not count.
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
