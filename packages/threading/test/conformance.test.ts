import {
  type SuiteOptions,
  barrierConformance,
  boundedSemaphoreConformance,
  conditionConformance,
  eventConformance,
  futureConformance,
  lifoQueueConformance,
  lockConformance,
  priorityQueueConformance,
  queueConformance,
  rlockConformance,
  semaphoreConformance,
  simpleQueueConformance,
} from '@weft/conformance';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Future,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  RLock,
  Semaphore,
  SimpleQueue,
  asCompleted,
  wait,
} from '@weft/threading';
import { elsewhereOf } from './elsewhere.ts';

const options: SuiteOptions = { sync: true, rounds: 10_000, elsewhere: elsewhereOf('@weft/conformance/peers') };

lockConformance('Lock', { ...options, create: () => new Lock() });
rlockConformance('RLock', { ...options, create: () => new RLock(), createEvent: () => new Event() });
conditionConformance('Condition', {
  ...options,
  create: (lock) => new Condition(lock as Lock | undefined),
  createLock: () => new Lock(),
});
conditionConformance('Condition of an RLock', {
  ...options,
  create: (lock) => new Condition((lock as Lock | undefined) ?? new RLock()),
  createLock: () => new Lock(),
});
semaphoreConformance('Semaphore', { ...options, create: (value) => new Semaphore(value) });
boundedSemaphoreConformance('BoundedSemaphore', { ...options, create: (value) => new BoundedSemaphore(value) });
eventConformance('Event', { ...options, create: () => new Event() });
barrierConformance('Barrier', { ...options, create: (parties, barrier) => new Barrier(parties, barrier) });
queueConformance('Queue', { ...options, create: (maxsize) => new Queue(maxsize) });
lifoQueueConformance('LifoQueue', { ...options, create: (maxsize) => new LifoQueue(maxsize) });
priorityQueueConformance('PriorityQueue', { ...options, create: (maxsize) => new PriorityQueue(maxsize) });
simpleQueueConformance('SimpleQueue', { ...options, create: () => new SimpleQueue() });
futureConformance('Future', {
  create: () => new Future(),
  wait: wait as never,
  asCompleted: asCompleted as never,
});
