export { type BarrierLike, type BarrierSuiteOptions, barrierConformance } from './barrier.ts';
export { boundedSemaphoreConformance } from './bounded-semaphore.ts';
export { type ConditionLike, type ConditionSuiteOptions, conditionConformance } from './condition.ts';
export { type EventLike, type EventSuiteOptions, eventConformance } from './event.ts';
export {
  type CreateExecutorOptions,
  type ExecutorLike,
  type ExecutorSuiteOptions,
  executorConformance,
} from './executor.ts';
export { type FutureLike, type FutureSuiteOptions, futureConformance } from './future.ts';
export { lifoQueueConformance } from './lifo-queue.ts';
export { type LockLike, type LockSuiteOptions, lockConformance } from './lock.ts';
export { priorityQueueConformance } from './priority-queue.ts';
export { type QueueLike, type QueueSuiteOptions, type SimpleQueueLike, queueConformance } from './queue.ts';
export { type RLockSuiteOptions, rlockConformance } from './rlock.ts';
export { type SemaphoreLike, type SemaphoreSuiteOptions, semaphoreConformance } from './semaphore.ts';
export { type SimpleQueueSuiteOptions, simpleQueueConformance } from './simple-queue.ts';
export type { Activity, Elsewhere, SuiteOptions } from './suite.ts';
export type { WaitOptions } from './wait-options.ts';
