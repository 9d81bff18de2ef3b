import { barrierRows } from '../src/barrier.ts';
import { boundedSemaphoreRows } from '../src/bounded-semaphore.ts';
import { conditionRows } from '../src/condition.ts';
import { eventRows } from '../src/event.ts';
import { type ExecutorLike, executorRows } from '../src/executor.ts';
import { futureRows } from '../src/future.ts';
import { lifoQueueRows } from '../src/lifo-queue.ts';
import { lockRows } from '../src/lock.ts';
import { priorityQueueRows } from '../src/priority-queue.ts';
import { queueRows } from '../src/queue.ts';
import { rlockRows } from '../src/rlock.ts';
import { semaphoreRows } from '../src/semaphore.ts';
import { simpleQueueRows } from '../src/simple-queue.ts';
import type { Row, SuiteOptions } from '../src/suite.ts';
import { Barrier } from './reference/barrier.ts';
import { Condition } from './reference/condition.ts';
import { Event } from './reference/event.ts';
import { ReferenceExecutor } from './reference/executor.ts';
import { asCompleted, wait } from './reference/futures.ts';
import { Lock } from './reference/lock.ts';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from './reference/queue.ts';
import { RLock } from './reference/rlock.ts';
import { BoundedSemaphore, Semaphore } from './reference/semaphore.ts';
import { TaskFuture } from './reference/task-future.ts';

/** Everything switched on: the rows are only listed, not run. */
const all: SuiteOptions = {
  sync: true,
  runTask: (body) => body(),
  elsewhere: () => Promise.reject(new Error('Only listed')),
};

/** Every suite with all its rows. */
export const suites: Record<string, Row[]> = {
  lockConformance: lockRows({ ...all, create: () => new Lock() }),
  rlockConformance: rlockRows({ ...all, create: () => new RLock(), createEvent: () => new Event() }),
  conditionConformance: conditionRows<Lock>({
    ...all,
    create: (lock) => new Condition(lock),
    createLock: () => new Lock(),
  }),
  semaphoreConformance: semaphoreRows({ ...all, create: (value) => new Semaphore(value) }),
  boundedSemaphoreConformance: boundedSemaphoreRows({ ...all, create: (value) => new BoundedSemaphore(value) }),
  eventConformance: eventRows({ ...all, create: () => new Event() }),
  barrierConformance: barrierRows({ ...all, create: (parties, options) => new Barrier(parties, options) }),
  queueConformance: queueRows({ ...all, create: (maxsize) => new Queue(maxsize) }),
  lifoQueueConformance: lifoQueueRows({ ...all, create: (maxsize) => new LifoQueue(maxsize) }),
  priorityQueueConformance: priorityQueueRows({ ...all, create: (maxsize) => new PriorityQueue(maxsize) }),
  simpleQueueConformance: simpleQueueRows({ ...all, create: () => new SimpleQueue() }),
  futureConformance: futureRows({ ...all, create: () => new TaskFuture<unknown>(), wait, asCompleted }),
  executorConformance: executorRows({
    ...all,
    recycling: 'maxTasksPerChild',
    create: (options) => new ReferenceExecutor(options) as unknown as ExecutorLike,
  }),
};

/** The ids that a row's title names. */
export function idsOf(title: string): string[] {
  return /\[([^\]]+)\]$/.exec(title)?.[1]?.split(', ') ?? [];
}

/** Which suites cover which row of the catalogue, as the lines of a table. */
export function coverage(): string[] {
  const covering = new Map<string, Set<string>>();
  for (const [suite, rows] of Object.entries(suites)) {
    for (const row of rows)
      for (const id of idsOf(row.title))
        covering.set(id, (covering.get(id) ?? new Set()).add(suite.replace('Conformance', '')));
  }
  return [...covering]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, names]) => `| ${id} | ${[...names].join(', ')} |`);
}
