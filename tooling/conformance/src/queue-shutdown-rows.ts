import { capped, flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import type { QueueLike, QueueSuiteOptions } from './queue.ts';
import type { Define, Setting } from './suite.ts';

/** Adds the rows about `shutdown`. */
export function shutdownRows(row: Define, options: QueueSuiteOptions, setting: Setting): void {
  const { create } = options;
  const joinable = options.joinable ?? true;
  const refusesAll = async (queue: QueueLike): Promise<void> => {
    await failure(() => queue.get(), 'QueueShutDownError');
    await failure(() => queue.get({ timeout: 0 }), 'QueueShutDownError');
    failureSync(() => queue.getNowait(), 'QueueShutDownError');
    await refusesPut(queue);
    if (setting.sync) failureSync(() => queue.getSync?.(), 'QueueShutDownError');
  };
  const refusesPut = async (queue: QueueLike): Promise<void> => {
    await failure(() => queue.put('late'), 'QueueShutDownError');
    failureSync(() => queue.putNowait('late'), 'QueueShutDownError');
    if (setting.sync) failureSync(() => queue.putSync?.('late'), 'QueueShutDownError');
  };
  row('refuses put and get when it was shut down empty [QU-033, AS-114]', async () => {
    const queue = create();
    queue.shutdown?.();
    await refusesAll(queue);
    expect(await failure(() => queue.get(), 'QueueShutDownError')).toHaveProperty('code', 'ERR_QUEUE_SHUT_DOWN');
  });
  row('gives what is left after a shutdown, then refuses [QU-034, AS-115]', async () => {
    const queue = create();
    await queue.put('a');
    await queue.put('b');
    queue.shutdown?.();
    await refusesPut(queue);
    expect([await queue.get(), queue.getNowait()].toSorted()).toEqual(['a', 'b']);
    await refusesAll(queue);
  });
  row('drops what is left by an immediate shutdown [QU-035]', async () => {
    const queue = create();
    await queue.put('lost');
    queue.shutdown?.({ immediate: true });
    expect(queue.qsize()).toBe(0);
    await refusesAll(queue);
  });
  row('stays shut down, and may be shut down again and at once [QU-036]', async () => {
    const queue = create();
    expect(queue.isShutdown).toBe(false);
    await queue.put('item');
    for (const immediate of [false, true, false]) {
      queue.shutdown?.({ immediate });
      expect(queue.isShutdown).toBe(true);
    }
    expect(queue.qsize()).toBe(0);
  });
  row('wakes getters that wait [QU-048, QU-042, AS-114]', async () => {
    for (const immediate of [false, true]) {
      const queue = create();
      const gets = [0, 1].map(() => failure(() => setting.start(async () => queue.get()), 'QueueShutDownError'));
      await flush();
      queue.shutdown?.({ immediate });
      await Promise.all(gets);
    }
  });
  row('wakes putters that wait for room [QU-043, AS-115]', async () => {
    for (const immediate of [false, true]) {
      const queue = create(1);
      await queue.put('first');
      const puts = [0, 1].map(() => failure(() => setting.start(async () => queue.put('late')), 'QueueShutDownError'));
      await flush();
      queue.shutdown?.({ immediate });
      await Promise.all(puts);
      if (!immediate) expect(await queue.get()).toBe('first');
      await failure(() => queue.get(), 'QueueShutDownError');
    }
  });
  row('gives two items and one refusal to three getters [QU-041]', async () => {
    const queue = create();
    await queue.put(1);
    await queue.put(2);
    queue.shutdown?.();
    const ends = await Promise.all(
      [0, 1, 2].map(() =>
        setting.start(async () => Promise.resolve(queue.get()).catch((error: unknown) => (error as Error).name)),
      ),
    );
    expect(ends.map(String).toSorted()).toEqual(['1', '2', 'QueueShutDownError']);
  });
  row(
    'ends a get that comes after the shutdown while another was woken for the last item [QU-042, AS-115]',
    async () => {
      const queue = create();
      const ends: string[] = [];
      const get = (): PromiseLike<unknown> =>
        setting.start(async () => {
          const end = await Promise.resolve(queue.get()).catch((error: unknown) => (error as Error).name);
          ends.push(String(end));
        });
      const first = get();
      await flush();
      queue.putNowait('last');
      queue.shutdown?.();
      const second = get();
      await capped(Promise.all([first, second]), 'both gets have ended');
      expect(ends.toSorted()).toEqual(['QueueShutDownError', 'last']);
    },
  );
  row('ends everyone when it is shut down under writers and readers [QU-039, QU-040]', async () => {
    for (const immediate of [false, true]) {
      const queue = create(4);
      let put = 0;
      let got = 0;
      const untilShutDown = (step: () => Promise<void>): PromiseLike<Error> =>
        setting.start(async () =>
          failure(async () => {
            for (;;) await step();
          }, 'QueueShutDownError'),
        );
      const writers = [0, 1, 2, 3].map(() =>
        untilShutDown(async () => {
          await queue.put('item');
          put += 1;
          if (put % 8 === 0) await flush(1);
        }),
      );
      const readers = [0, 1, 2, 3, 4, 5].map(() =>
        untilShutDown(async () => {
          await queue.get();
          got += 1;
          if (joinable) queue.taskDone?.();
        }),
      );
      await flush(20);
      queue.shutdown?.({ immediate });
      await Promise.all([...writers, ...readers]);
      expect(queue.qsize()).toBe(0);
      if (!immediate) expect(got).toBe(put);
      if (joinable) await queue.join?.();
    }
  });
  if (queueIterates(create())) {
    row('is iterated until it is shut down and empty [API-5, QU-034]', async () => {
      const queue = create();
      for (const item of [1, 2]) await queue.put(item);
      const seen: unknown[] = [];
      const reading = setting.start(async () => {
        for await (const item of queue as AsyncIterable<unknown>) seen.push(item);
      });
      await flush();
      await queue.put(3);
      queue.shutdown?.();
      await reading;
      expect(seen.toSorted()).toEqual([1, 2, 3]);
    });
  }
  if (joinable) shutdownJoinRows(row, options);
}

function shutdownJoinRows(row: Define, { create }: QueueSuiteOptions): void {
  row('lets a join go on after a shutdown until the rest is done [AS-115, QU-046]', async () => {
    const queue = create();
    await queue.put('item');
    let joined = false;
    const joining = Promise.resolve(queue.join?.()).then(() => {
      joined = true;
    });
    queue.shutdown?.();
    await failure(() => queue.put('late'), 'QueueShutDownError');
    await queue.get();
    await flush();
    expect(joined).toBe(false);
    queue.taskDone?.();
    await joining;
  });
  row('ends joins by an immediate shutdown, and refuses taskDone afterwards [QU-038, QU-045, QU-046]', async () => {
    const queue = create();
    await queue.put('item');
    const joins = [queue.join?.(), queue.join?.()];
    await flush();
    queue.shutdown?.({ immediate: true });
    await Promise.all(joins);
    await queue.join?.();
    failureSync(() => queue.taskDone?.(), 'RangeError');
  });
  row('still owes taskDone for an item taken before an immediate shutdown [QU-049, AS-117]', async () => {
    const queue = create();
    await queue.put('taken');
    await queue.put('dropped');
    await queue.get();
    queue.shutdown?.({ immediate: true });
    let joined = false;
    const joining = Promise.resolve(queue.join?.()).then(() => {
      joined = true;
    });
    await flush();
    expect(joined).toBe(false);
    queue.taskDone?.();
    await joining;
  });
}

function queueIterates(queue: QueueLike): boolean {
  return queue[Symbol.asyncIterator] !== undefined;
}
