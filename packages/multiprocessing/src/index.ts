export { Barrier, type BarrierOptions } from './barrier.ts';
export { BoundedSemaphore } from './bounded-semaphore.ts';
export { Condition } from './condition.ts';
export { Event } from './event.ts';
export { Lock } from './lock.ts';
export { RLock } from './rlock.ts';
export { Semaphore } from './semaphore.ts';
