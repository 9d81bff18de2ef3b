// A program: runs one scenario, with workers that are ready, and prints how long it took as JSON.
import { channel } from 'node:diagnostics_channel';
import process from 'node:process';
import { asyncio, isMain, multiprocessing, threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { EmulatedGil } from '../gil/emulated-gil.ts';
import { wallTime } from '../measure/stopwatch.ts';
import { computePortions } from '../workloads/cpu-bound.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** One task: a wait, or portions of work. */
interface Task {
  waits: boolean;
  amount: number;
}

type Work = () => Promise<unknown>;

/** How many portions are timed to find out how many make a millisecond. */
const TRIAL = 50;

/** Does what a task says, in a worker. */
export function perform({ waits, amount }: Task, gil?: EmulatedGil): void {
  if (waits) waitBlocking(amount, gil);
  else computePortions(amount, gil);
}

/** Waits until every worker has come up, in a worker. */
export function meet(barrier: threading.Barrier | multiprocessing.Barrier): void {
  barrier.waitSync();
}

async function performAwaiting(task: Task): Promise<void> {
  if (task.waits) await asyncio.sleep(task.amount);
  else perform(task);
}

async function tasksOf({ workload, tasks, ms }: Scenario): Promise<Task[]> {
  computePortions(TRIAL);
  const portions = Math.max(1, Math.round((ms * TRIAL) / (await wallTime(() => computePortions(TRIAL)))));
  return Array.from(range(tasks), (index) => {
    const waits = workload === 'wait' || (workload === 'mixed' && index % 2 === 0);
    return { waits, amount: waits ? ms : portions };
  });
}

/** Starts the workers, lets them meet so that each is there, and then hands over to the run itself. */
async function withWorkers(
  { technique, workers, gil }: Scenario,
  tasks: Task[],
  run: (work: Work) => Promise<void>,
): Promise<void> {
  if (technique === 'threading') {
    await using pool = new threading.ThreadPoolExecutor({ maxWorkers: workers });
    const rules: [EmulatedGil?] = gil ? [new EmulatedGil()] : [];
    const barrier = new threading.Barrier(workers);
    await Promise.all(Array.from(range(workers), () => pool.submit(meet, barrier)));
    await run(() => Promise.all(tasks.map((task) => pool.submit(perform, task, ...rules))));
  } else if (technique === 'multiprocessing') {
    await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: workers });
    const barrier = new multiprocessing.Barrier(workers);
    await Promise.all(Array.from(range(workers), () => pool.submit(meet, barrier)));
    await run(() => Promise.all(tasks.map((task) => pool.submit(perform, task))));
  } else if (technique === 'asyncio') {
    await run(() => asyncio.run(() => asyncio.gather(...tasks.map((task) => () => performAwaiting(task)))));
  } else {
    await run(async () => tasks.forEach((task) => perform(task)));
  }
}

if (isMain(import.meta)) {
  const scenario = scenarioSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  await withWorkers(scenario, await tasksOf(scenario), async (work) => {
    channel('showcase:wait').publish({ event: 'scenario' });
    const wall = await wallTime(work);
    channel('showcase:wait').publish({ event: 'scenario-end' });
    console.log(JSON.stringify({ wall }));
  });
}
