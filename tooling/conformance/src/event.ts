import { inspect } from 'node:util';
import { capped, flush, hammer } from '@weft/testkit';
import { expect } from 'vitest';
import { failure } from './failure.ts';
import { gated } from './gated.ts';
import { isSet, setAfterGateSync, setEvent, waitForEvent } from './peers.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';
import { waitingRows } from './waiting-rows.ts';

/** What the suite asks of an event. */
export interface EventLike {
  set(): void;
  clear(): void;
  isSet(): boolean;
  wait(options?: WaitOptions): PromiseLike<boolean>;
  waitSync?(options?: { timeout?: number }): boolean;
}

/** How to make what the suite is about. */
export interface EventSuiteOptions extends SuiteOptions {
  create(): EventLike;
}

/** Checks that an event behaves as `Event` of threading, multiprocessing or asyncio does. */
export function eventConformance(name: string, options: EventSuiteOptions): void {
  defineSuite(name, eventRows(options));
}

/** The rows of {@link eventConformance}. */
export function eventRows(options: EventSuiteOptions): Row[] {
  const { create } = options;
  return collectRows(options, (row, setting) => {
    stateRows(row, options, setting);
    waitingRows(row, setting, {
      verb: 'wait',
      timesOut: { answer: false },
      ids: { timeout: 'MP-085', signal: 'AS-127', cancel: 'AS-127' },
      begin: () => {
        const event = create();
        return {
          wait: (limits) => event.wait(limits),
          waitSync: event.waitSync && ((limits) => event.waitSync?.(limits)),
          grant: () => {
            event.set();
            event.clear();
          },
        };
      },
    });
    row('wakes everyone who stays when aborts race with set() and clear() [API-3, TH-041, AS-127]', async () => {
      const event = create();
      await hammer(
        setting.rounds,
        async (random) => {
          const controller = new AbortController();
          const waits = Array.from({ length: random.int(1, 4) }, () => {
            const leaves = random.chance();
            const wait = event.wait(leaves ? { signal: controller.signal } : {});
            return Promise.resolve(wait)
              .catch(() => 'left')
              .then((answer) => ({ leaves, answer }));
          });
          for (let hops = random.int(0, 3); hops > 0; hops -= 1) await Promise.resolve();
          const set = (): void => {
            event.set();
            event.clear();
          };
          for (const act of random.shuffle([set, () => controller.abort(new Error('left'))])) act();
          const ends = await capped(Promise.all(waits), 'every waiter has woken', 5_000);
          for (const { leaves, answer } of ends)
            if (!leaves && answer !== true) throw new Error(`A waiter got ${String(answer)}`);
          if (event.isSet()) throw new Error('The event is set although it was cleared');
        },
        { seed: setting.seed },
      );
    });
    const { elsewhere } = setting;
    if (elsewhere && setting.sync) {
      row(
        'wakes the blocked main thread when it is set elsewhere [TH-039, QU-066, MP-085]',
        gated(async (makeGate) => {
          const [event, started, go] = [create(), makeGate(), makeGate()];
          const setter = elsewhere(setAfterGateSync, event, started.path, go.path);
          await Promise.race([started.pass(), setter]);
          go.open();
          expect(event.waitSync?.({ timeout: 10_000 })).toBe(true);
          await setter;
        }),
      );
    }
    if (elsewhere) {
      row('is one event here and elsewhere [MP-085, API-6]', async () => {
        const event: EventLike = create();
        expect(await elsewhere(isSet, event)).toBe(false);
        const waiting = elsewhere(waitForEvent, event);
        const here = event.wait();
        await elsewhere(setEvent, event);
        expect(event.isSet()).toBe(true);
        expect(await here).toBe(true);
        expect(await waiting).toBe(true);
        event.clear();
        expect(await elsewhere(isSet, event)).toBe(false);
      });
    }
  });
}

function stateRows(row: Define, { create }: EventSuiteOptions, setting: Setting): void {
  row('follows set() and clear(), which may be repeated [TH-038]', () => {
    const event = create();
    expect(event.isSet()).toBe(false);
    for (const _ of [1, 2]) {
      event.set();
      expect(event.isSet()).toBe(true);
    }
    for (const _ of [1, 2]) {
      event.clear();
      expect(event.isSet()).toBe(false);
    }
  });
  row(
    'wakes every waiter with one set(), and lets later ones through while it stays set [TH-039, AS-126]',
    async () => {
      const event = create();
      for (const _ of [1, 2]) {
        const answers: boolean[] = [];
        const waits = Array.from({ length: 5 }, () =>
          setting.start(async () => {
            answers.push(await event.wait());
            answers.push(await event.wait());
          }),
        );
        await flush();
        expect(answers).toEqual([]);
        event.set();
        await Promise.all(waits);
        expect(answers).toEqual(Array.from({ length: 10 }, () => true));
        event.clear();
      }
    },
  );
  row('wakes those who wait when clear() follows set() at once [TH-041, AS-128]', async () => {
    const event = create();
    const waits = Array.from({ length: 5 }, () => event.wait());
    await flush();
    event.set();
    event.clear();
    expect(await Promise.all(waits)).toEqual([true, true, true, true, true]);
    expect(event.isSet()).toBe(false);
    expect(await event.wait({ timeout: 0 })).toBe(false);
  });
  row('answers true, and nothing else that counts as true, when it is set [TH-043, AS-126]', async () => {
    const event = create();
    event.set();
    expect(await event.wait()).toBe(true);
    expect(await event.wait({ timeout: 0 })).toBe(true);
    expect(await event.wait({ timeout: 5_000 })).toBe(true);
  });
  row('refuses a wait on a set event whose signal has aborted [API-3]', async () => {
    const event = create();
    event.set();
    const reason = new Error('gone');
    expect(await failure(() => event.wait({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    await failure(() => event.wait({ timeout: -1 }), 'RangeError');
  });
  row('names its class and its state when it is printed [TH-042, MP-086, API-7]', () => {
    const event = create();
    expect(inspect(event)).toMatch(/Event.*unset/s);
    event.set();
    expect(inspect(event)).toMatch(/Event.*\bset/s);
    expect(inspect(event)).not.toMatch(/unset/);
  });
  if (setting.sync) {
    row('waitSync answers true when it is set, and false when time runs out [API-2, TH-043, MP-085]', () => {
      const event = create();
      expect(event.waitSync?.({ timeout: 1 })).toBe(false);
      event.set();
      expect(event.waitSync?.()).toBe(true);
      expect(event.waitSync?.({ timeout: 0 })).toBe(true);
    });
  }
}
