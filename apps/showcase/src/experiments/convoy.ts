import { threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { EmulatedGil } from '../gil/emulated-gil.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import { computePortions } from '../workloads/cpu-bound.ts';
import { type Interpreter, nodeItself } from '../workloads/interpreter.ts';
import { waitBlocking } from '../workloads/io-bound.ts';

const WAIT = 1;

/** How long a wait of 1 ms takes a thread, in milliseconds: alone, and beside a thread that computes. */
export interface Convoy {
  alone: Summary;
  besideComputation: Summary;
  besideComputationUnderGil: Summary;
}

/** Waits again and again, and says how long each wait took until the thread could go on. */
export function waitRepeatedly(rounds: number, gil?: EmulatedGil): number[] {
  const interpreter: Interpreter = gil ?? nodeItself;
  return interpreter.hold(() =>
    Array.from(range(rounds), () => timeOf(() => interpreter.allowThreads(() => waitBlocking(WAIT)))),
  );
}

/** Computes until a flag in shared memory is set. */
export function computeUntil(memory: SharedArrayBuffer, gil?: EmulatedGil): void {
  const flag = new Int32Array(memory);
  const interpreter: Interpreter = gil ?? nodeItself;
  while (Atomics.load(flag, 0) === 0) computePortions(100, interpreter);
}

/**
 * Measures the convoy effect: a thread that waits often, beside one that computes, has to queue for the interpreter
 * after each of its waits.
 *
 * @param rounds How many waits are timed in each setting.
 */
export async function measureConvoy(rounds: number): Promise<Convoy> {
  await using pool = new threading.ThreadPoolExecutor({ maxWorkers: 2 });
  await pool.submit(waitRepeatedly, 5);
  const beside = async (...rules: [EmulatedGil?]) => {
    const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const computation = pool.submit(computeUntil, memory, ...rules);
    const waits = await pool.submit(waitRepeatedly, rounds, ...rules);
    Atomics.store(new Int32Array(memory), 0, 1);
    await computation;
    return summarize(waits);
  };
  return {
    alone: summarize(await pool.submit(waitRepeatedly, rounds)),
    besideComputation: await beside(),
    besideComputationUnderGil: await beside(new EmulatedGil()),
  };
}

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
