import {
  type SuiteOptions,
  barrierConformance,
  boundedSemaphoreConformance,
  conditionConformance,
  eventConformance,
  lockConformance,
  rlockConformance,
  semaphoreConformance,
} from '@weft/conformance';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from '@weft/threading';
import { elsewhereOf } from './elsewhere.ts';

const options: SuiteOptions = { sync: true, elsewhere: elsewhereOf('@weft/conformance/peers') };

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
