import { encodeBytes } from '@weft/core/lowlevel';

/** What one call takes: medians over the samples that were run. Times are in milliseconds, sizes in bytes. */
export interface CallProfile {
  /** From call to result. */
  wall: number;
  /** The processor's share of that. */
  cpu: number;
  /** How long one call keeps the event loop from anything else. */
  blocked: number;
  /** `cpu` divided by `wall`, from 0 to 1. */
  cpuShare: number;
  argumentBytes: number;
  resultBytes: number;
  /** Whether the function returns a promise. */
  asynchronous: boolean;
  /** How many samples were run. */
  samples: number;
}

interface Call {
  wall: number;
  cpu: number;
  blocked: number;
  argumentBytes: number;
  resultBytes: number;
  asynchronous: boolean;
}

/** Runs samples one after the other until they or the time are used up, at least one. */
export async function measureCalls<T>(
  fn: (item: T) => unknown,
  samples: readonly T[],
  budget: number,
): Promise<CallProfile> {
  const end = performance.now() + budget;
  const calls: Call[] = [];
  for (let round = 0; performance.now() < end || calls.length === 0; round += 1) {
    if (round >= Math.max(samples.length, MIN_CALLS)) break;
    calls.push(await measureCall(fn, samples[round % samples.length] as T));
  }
  // The first call pays for what the engine does once: compiling, reading files into the cache.
  return summarise(calls.length > 1 ? calls.slice(1) : calls);
}

const MIN_CALLS = 5;

async function measureCall<T>(fn: (item: T) => unknown, item: T): Promise<Call> {
  const cpuBefore = cpuTime();
  const begun = performance.now();
  const returned = fn(item);
  const blocked = performance.now() - begun;
  const asynchronous = typeof (returned as PromiseLike<unknown> | null)?.then === 'function';
  const result = asynchronous ? await returned : returned;
  const wall = performance.now() - begun;
  const cpu = Math.min(wall, cpuTime() - cpuBefore);
  return {
    wall,
    cpu,
    blocked: asynchronous ? Math.max(blocked, cpu) : wall,
    argumentBytes: sizeOf(item),
    resultBytes: sizeOf(result),
    asynchronous,
  };
}

function summarise(calls: Call[]): CallProfile {
  const median = (key: 'wall' | 'cpu' | 'blocked' | 'argumentBytes' | 'resultBytes'): number => {
    const values = calls.map((call) => call[key]).toSorted((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  };
  const wall = median('wall');
  const cpu = Math.min(wall, median('cpu'));
  return {
    wall,
    cpu,
    blocked: median('blocked'),
    cpuShare: wall === 0 ? 1 : cpu / wall,
    argumentBytes: median('argumentBytes'),
    resultBytes: median('resultBytes'),
    asynchronous: calls.some(({ asynchronous }) => asynchronous),
    samples: calls.length,
  };
}

// This thread's time where Node can tell it (24), else the process's.
function cpuTime(): number {
  const usage = (process as { threadCpuUsage?: () => NodeJS.CpuUsage }).threadCpuUsage?.() ?? process.cpuUsage();
  return (usage.user + usage.system) / 1_000;
}

// What cannot cross has no size; whether it can is found out apart.
function sizeOf(value: unknown): number {
  try {
    return encodeBytes(value, { medium: 'process', path: 'value' }).length;
  } catch {
    return 0;
  }
}
