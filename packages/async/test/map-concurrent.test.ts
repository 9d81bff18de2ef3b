import { CancelledError, createTask, mapConcurrent, sleep } from '@weft/async';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    await Promise.resolve();
    yield number;
  }
}

describe('mapConcurrent', () => {
  it(
    'gives results in the order of the items, from any source, so many at a time',
    inRun(async () => {
      for (const items of [[...Array(10).keys()], new Set(Array(10).keys()), numbers(10)]) {
        let inside = 0;
        let most = 0;
        const results = await mapConcurrent(
          items,
          async (item, index) => {
            inside += 1;
            most = Math.max(most, inside);
            await sleep(item % 3);
            inside -= 1;
            return item * 10 + index;
          },
          { concurrency: 4 },
        );
        expect(results).toEqual([0, 11, 22, 33, 44, 55, 66, 77, 88, 99]);
        expect(most).toBe(4);
      }
    }),
  );

  it(
    'gives results in the order in which they are ready, if asked to',
    inRun(async () => {
      const gates = [0, 1, 2].map(() => Promise.withResolvers<number>());
      const results = mapConcurrent(gates, ({ promise }) => promise, { concurrency: 3, ordered: false });
      for (const index of [1, 2, 0]) {
        gates[index]?.resolve(index);
        await sleep(0);
      }
      expect(await results).toEqual([1, 2, 0]);
    }),
  );

  it(
    'cancels the other calls at the first failure, starts no more and closes the source',
    inRun(async () => {
      const boom = new Error('third');
      const log: string[] = [];
      let closed = false;
      function* source(): Generator<number> {
        try {
          for (let number = 0; ; number += 1) yield number;
        } finally {
          closed = true;
        }
      }
      const error = await thrownBy(() =>
        mapConcurrent(
          source(),
          async (item) => {
            log.push(`start ${item}`);
            if (item === 2) throw boom;
            try {
              await sleep(60_000);
            } finally {
              log.push(`end ${item}`);
            }
          },
          { concurrency: 3 },
        ),
      );
      expect(error).toBe(boom);
      expect(log).toEqual(['start 0', 'start 1', 'start 2', 'end 0', 'end 1']);
      expect(closed).toBe(true);
    }),
  );

  it(
    'is cancelled with its caller, once its calls have ended',
    inRun(async () => {
      let ended = 0;
      const task = createTask(() =>
        mapConcurrent(
          [1, 2, 3],
          async () => {
            try {
              await sleep(60_000);
            } finally {
              await sleep(1);
              ended += 1;
            }
          },
          { concurrency: 2 },
        ),
      );
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(ended).toBe(2);
    }),
  );

  it('refuses no calls at a time, and takes an empty source', async () => {
    expect(await thrownBy(() => mapConcurrent([1], async () => {}, { concurrency: 0 }))).toBeInstanceOf(RangeError);
    expect(await thrownBy(() => mapConcurrent(new Set([1]), async () => {}, { concurrency: Infinity }))).toBeInstanceOf(
      RangeError,
    );
    expect(await mapConcurrent([], async () => {}, { concurrency: Infinity })).toEqual([]);
    expect(await mapConcurrent(new Set<number>(), async () => {}, { concurrency: 3 })).toEqual([]);
  });

  it(
    'starts no more calls once one has failed, also if the others never wait',
    inRun(async () => {
      for (const items of [[...Array(20).keys()], new Set(Array(20).keys()), numbers(20)]) {
        const started: number[] = [];
        const map = mapConcurrent(
          items,
          async (item) => {
            started.push(item);
            if (item === 0) throw new Error('the first');
          },
          { concurrency: 2 },
        );
        expect(await thrownBy(() => map)).toMatchObject({ message: 'the first' });
        expect(started).toEqual(items instanceof Array || items instanceof Set ? [0, 1] : [0]);
      }
    }),
  );

  it(
    'starts no more calls once the caller is cancelled, also if they wait for foreign promises or swallow that',
    inRun(async () => {
      for (const source of [() => [...Array(20).keys()], () => new Set(Array(20).keys()), () => numbers(20)]) {
        for (const swallowing of [false, true]) {
          const started: number[] = [];
          const gate = Promise.withResolvers<void>();
          const task = createTask(() =>
            mapConcurrent(
              source(),
              async (item) => {
                started.push(item);
                if (swallowing) await sleep(60_000).catch(() => {});
                else await gate.promise;
              },
              { concurrency: 2 },
            ),
          );
          await until(() => started.length === 2, 'two calls have started');
          task.cancel('enough');
          gate.resolve();
          expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
          expect(started).toEqual([0, 1]);
        }
      }
    }),
  );

  it(
    'tells what a call threw and not what closing the source did, unless that is all that failed',
    inRun(async () => {
      const boom = new RangeError('from a call');
      const fail = (): never => {
        throw new Error('from the source');
      };
      const source = function* (): Generator<number> {
        try {
          yield 1;
          yield 2;
        } finally {
          fail();
        }
      };
      const sources = [
        source,
        async function* later(): AsyncGenerator<number> {
          yield* source();
        },
      ];
      for (const items of sources) {
        const failing = async (): Promise<never> => {
          throw boom;
        };
        expect(await thrownBy(() => mapConcurrent(items(), failing, { concurrency: 1 }))).toBe(boom);
        const passing = thrownBy(() => mapConcurrent(items(), async () => {}, { concurrency: 1 }));
        expect(await passing).toMatchObject({ message: 'from the source' });
      }
    }),
  );

  it(
    'takes a text apart, and refuses what is not iterable, no function or no number',
    inRun(async () => {
      expect(await mapConcurrent('abc', async (letter) => letter + letter, { concurrency: 2 })).toEqual([
        'aa',
        'bb',
        'cc',
      ]);
      const concurrency = 2;
      expect(await thrownBy(() => mapConcurrent(5 as never, async () => {}, { concurrency }))).toMatchObject({
        message: 'Cannot map over 5: it is not iterable',
      });
      expect(await thrownBy(() => mapConcurrent([], undefined as never, { concurrency }))).toBeInstanceOf(TypeError);
      expect(await thrownBy(() => mapConcurrent([], async () => {}, { concurrency: '2' as never }))).toBeInstanceOf(
        RangeError,
      );
    }),
  );
});
