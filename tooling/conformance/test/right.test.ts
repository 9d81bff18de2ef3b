import {
  barrierConformance,
  boundedSemaphoreConformance,
  conditionConformance,
  eventConformance,
  lifoQueueConformance,
  lockConformance,
  priorityQueueConformance,
  queueConformance,
  rlockConformance,
  semaphoreConformance,
  simpleQueueConformance,
} from '../src/index.ts';
import { Barrier } from './reference/barrier.ts';
import { Condition } from './reference/condition.ts';
import { Event } from './reference/event.ts';
import { Lock } from './reference/lock.ts';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from './reference/queue.ts';
import { RLock } from './reference/rlock.ts';
import { BoundedSemaphore, Semaphore } from './reference/semaphore.ts';

lockConformance('a right Lock', { create: () => new Lock() });
lockConformance('a right Lock inside of something', {
  create: () => new Lock(),
  wrap: async (body) => body(),
  rounds: 100,
});
rlockConformance('a right RLock', { create: () => new RLock() });
eventConformance('a right Event', { create: () => new Event() });
semaphoreConformance('a right Semaphore', { create: (value) => new Semaphore(value) });
boundedSemaphoreConformance('a right BoundedSemaphore', { create: (value) => new BoundedSemaphore(value) });
conditionConformance('a right Condition', { create: (lock) => new Condition(lock), createLock: () => new Lock() });
barrierConformance('a right Barrier', { create: (parties, options) => new Barrier(parties, options) });
queueConformance('a right Queue', { create: (maxsize) => new Queue(maxsize) });
lifoQueueConformance('a right LifoQueue', { create: (maxsize) => new LifoQueue(maxsize) });
priorityQueueConformance('a right PriorityQueue', { create: (maxsize) => new PriorityQueue(maxsize) });
simpleQueueConformance('a right SimpleQueue', { create: () => new SimpleQueue() });
