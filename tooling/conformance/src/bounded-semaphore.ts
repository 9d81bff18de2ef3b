import { expect } from 'vitest';
import { failureSync } from './failure.ts';
import { type SemaphoreSuiteOptions, drain, permitRows } from './semaphore.ts';
import { type Row, collectRows, defineSuite } from './suite.ts';

/** Checks that a semaphore behaves as `BoundedSemaphore` of threading, multiprocessing or asyncio does. */
export function boundedSemaphoreConformance(name: string, options: SemaphoreSuiteOptions): void {
  defineSuite(name, boundedSemaphoreRows(options));
}

/** The rows of {@link boundedSemaphoreConformance}. */
export function boundedSemaphoreRows(options: SemaphoreSuiteOptions): Row[] {
  const { create } = options;
  return collectRows(options, (row, setting) => {
    permitRows(row, options, setting);
    row('refuses a release past its initial value, and keeps its value [TH-071, AS-148, MP-075]', async () => {
      const semaphore = create(1);
      failureSync(() => semaphore.release(), 'RangeError');
      await semaphore.acquire();
      expect(semaphore.tryAcquire()).toBe(undefined);
      semaphore.release();
      failureSync(() => semaphore.release(), 'RangeError');
      expect(drain(semaphore)).toBe(1);
    });
    row('keeps its bound when many take and give back [TH-072]', async () => {
      for (let limit = 1; limit < 10; limit += 1) {
        const semaphore = create(limit);
        await Promise.all(Array.from({ length: limit }, () => setting.start(async () => semaphore.acquire())));
        await Promise.all(Array.from({ length: limit }, () => setting.start(async () => semaphore.release())));
        failureSync(() => semaphore.release(), 'RangeError');
        expect(drain(semaphore)).toBe(limit);
      }
    });
    row('changes nothing at all when a release of several would go past the bound [TH-074]', async () => {
      const semaphore = create(2);
      await semaphore.acquire();
      failureSync(() => semaphore.release(2), 'RangeError');
      expect(drain(semaphore)).toBe(1);
    });
  });
}
