import { createTask, currentSignal, gather, mapConcurrent, Queue, sleep } from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy } from './in-run.ts';

describe('under load', () => {
  it(
    'a million tasks one after another leave the heap flat',
    inRun(async () => {
      const heapAfter = async (count: number): Promise<number> => {
        for (let index = 0; index < count; index += 1) await createTask(async () => index);
        await sleep(0);
        globalThis.gc?.();
        return process.memoryUsage().heapUsed;
      };
      const before = await heapAfter(100_000);
      const after = await heapAfter(1_000_000);
      expect(after - before).toBeLessThan(5_000_000);
    }),
    60_000,
  );

  it(
    'two tasks that wake each other for ever let timers and I/O have their turn',
    inRun(async () => {
      const [there, back] = [new Queue<number>(), new Queue<number>()];
      let stop = false;
      let turnsTaken = 0;
      const timer = setTimeout(() => {
        stop = true;
      }, 20);
      const ticks = setInterval(() => {
        turnsTaken += 1;
      }, 1);
      const ping = createTask(async () => {
        for (let ball = 0; !stop; ball += 1) {
          there.putNowait(ball);
          await back.get();
        }
        there.putNowait(-1);
      });
      const pong = createTask(async () => {
        for (let ball = await there.get(); ball >= 0; ball = await there.get()) back.putNowait(ball);
      });
      await gather(ping, pong);
      clearTimeout(timer);
      clearInterval(ticks);
      expect(turnsTaken).toBeGreaterThan(0);
    }),
  );

  it(
    'a hundred thousand sleepers share one timer, and none wakes early',
    inRun(async () => {
      let early = 0;
      const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
      const sleepers = Array.from({ length: 100_000 }, (_, index) =>
        createTask(async () => {
          const due = performance.now() + (index % 50) + 0.5;
          await sleep((index % 50) + 0.5);
          if (performance.now() < due) early += 1;
        }),
      );
      await sleep(0);
      expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(
        before + 1,
      );
      await gather(sleepers);
      expect(early).toBe(0);
    }),
    60_000,
  );

  it(
    'thousands of waits and signals give no warning about listeners',
    inRun(async () => {
      const warnings: Error[] = [];
      const listen = (warning: Error): void => void warnings.push(warning);
      process.on('warning', listen);
      const task = createTask(async () => {
        const queue = new Queue<number>();
        const signal = currentSignal();
        const waits = Array.from({ length: 1_000 }, () => thrownBy(() => queue.get({ signal, timeout: 60_000 })));
        await gather(waits);
      });
      await sleep(1);
      task.cancel();
      await thrownBy(() => task);
      await mapConcurrent(Array.from({ length: 1_000 }), () => sleep(0), { concurrency: 100 });
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', listen);
      expect(warnings).toEqual([]);
    }),
  );

  it(
    'a hundred thousand cancelled waits leave nothing behind',
    inRun(async () => {
      const queue = new Queue<number>();
      const round = async (): Promise<void> => {
        const tasks = Array.from({ length: 1_000 }, () => createTask(() => queue.get({ timeout: 60_000 })));
        await sleep(0);
        for (const task of tasks) task.cancel();
        await gather.settled(tasks);
      };
      for (let warm = 0; warm < 20; warm += 1) await round();
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < 100; count += 1) await round();
      globalThis.gc?.();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
    }),
    60_000,
  );

  it(
    'timeouts that are never reached leave nothing behind, however far away they were',
    inRun(async () => {
      const queue = new Queue<number>();
      const round = async (far: number): Promise<void> => {
        const tasks = Array.from({ length: 1_000 }, (_, index) =>
          createTask(() => queue.get({ timeout: far + index * 1_000 })),
        );
        await sleep(0);
        for (const task of tasks) task.cancel();
        await gather.settled(tasks);
      };
      for (let warm = 0; warm < 20; warm += 1) await round(warm * 10_000_000 + 60_000);
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < 100; count += 1) await round(count * 10_000_000 + 60_000);
      globalThis.gc?.();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
    }),
    60_000,
  );
});
