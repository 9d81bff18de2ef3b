import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  createTask,
  run,
} from '@weft/async';
import {
  type SuiteOptions,
  barrierConformance,
  boundedSemaphoreConformance,
  conditionConformance,
  eventConformance,
  lifoQueueConformance,
  lockConformance,
  priorityQueueConformance,
  queueConformance,
  semaphoreConformance,
} from '@weft/conformance';

const inTasks: SuiteOptions = {
  wrap: (body) => run(body, { handleSigint: false }),
  runTask: (body) => createTask(body),
};

for (const [where, options] of [
  ['in tasks', inTasks],
  ['outside of tasks', {}],
] as const) {
  lockConformance(`Lock ${where}`, { ...options, create: () => new Lock() });
  eventConformance(`Event ${where}`, { ...options, create: () => new Event() });
  conditionConformance(`Condition ${where}`, {
    ...options,
    create: (lock?: Lock) => new Condition(lock),
    createLock: () => new Lock(),
    reentrant: false,
  });
  semaphoreConformance(`Semaphore ${where}`, { ...options, create: (value) => new Semaphore(value) });
  boundedSemaphoreConformance(`BoundedSemaphore ${where}`, {
    ...options,
    create: (value) => new BoundedSemaphore(value),
  });
  barrierConformance(`Barrier ${where}`, { ...options, create: (parties, rest) => new Barrier(parties, rest) });
  queueConformance(`Queue ${where}`, { ...options, create: (maxsize) => new Queue(maxsize) });
  lifoQueueConformance(`LifoQueue ${where}`, { ...options, create: (maxsize) => new LifoQueue(maxsize) });
  priorityQueueConformance(`PriorityQueue ${where}`, { ...options, create: (maxsize) => new PriorityQueue(maxsize) });
}
