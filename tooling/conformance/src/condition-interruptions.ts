import { capped, flush, hammer } from '@weft/testkit';
import { expect } from 'vitest';
import { type ConditionLike, park } from './condition.ts';
import { failure } from './failure.ts';
import type { Define, Setting } from './suite.ts';
import { waitingRows } from './waiting-rows.ts';

/** Adds the rows about waits on a condition that time, a signal or a cancellation ends. */
export function conditionInterruptionRows(row: Define, create: () => ConditionLike, setting: Setting): void {
  waitingRows(row, setting, {
    verb: 'wait',
    timesOut: { answer: false },
    ids: { timeout: 'TH-052', signal: 'AS-130', cancel: 'AS-130, AS-138' },
    begin: () => {
      const condition = create();
      return {
        wait: async (limits) => {
          const guard = await condition.acquire();
          try {
            return await condition.wait(limits);
          } finally {
            guard[Symbol.dispose]();
          }
        },
        waitSync:
          condition.waitSync &&
          ((limits) => {
            const guard = condition.acquireSync?.();
            try {
              return condition.waitSync?.(limits);
            } finally {
              guard?.[Symbol.dispose]();
            }
          }),
        grant: () => condition.with(() => condition.notify()),
      };
    },
  });
  row('holds the lock when an abort ends the wait [AS-130, API-3]', async () => {
    const condition = create();
    const controller = new AbortController();
    const reason = new Error('no patience');
    const guard = await condition.acquire();
    const left = failure(() => condition.wait({ signal: controller.signal }));
    expect(condition.locked()).toBe(false);
    controller.abort(reason);
    expect(await left).toBe(reason);
    expect(condition.locked()).toBe(true);
    guard[Symbol.dispose]();
    expect(condition.locked()).toBe(false);
  });
  row('waits for the lock when an abort ends the wait while another holds it [AS-131]', async () => {
    const condition = create();
    const controller = new AbortController();
    await condition.acquire();
    let over = false;
    const left = failure(() => condition.wait({ signal: controller.signal })).finally(() => {
      over = true;
    });
    const other = await condition.acquire();
    controller.abort(new Error('left'));
    await flush();
    expect(over).toBe(false);
    other[Symbol.dispose]();
    await left;
    expect(condition.locked()).toBe(true);
    condition.release();
  });
  row('owns the lock whatever comes after the notify while it waits for the lock [AS-132]', async () => {
    const condition = create();
    const controller = new AbortController();
    await condition.acquire();
    const waiting = Promise.resolve(condition.wait({ signal: controller.signal })).then(
      () => 'woken',
      () => 'left',
    );
    const other = await condition.acquire();
    condition.notify();
    await flush();
    controller.abort(new Error('late'));
    await flush();
    other[Symbol.dispose]();
    await waiting;
    expect(condition.locked()).toBe(true);
    condition.release();
    expect(condition.locked()).toBe(false);
  });
  row('passes a notification on when an abort meets it [AS-140, AS-141]', async () => {
    for (const order of ['notify, abort', 'abort, notify']) {
      const condition = create();
      const controller = new AbortController();
      await condition.acquire();
      const torn = Promise.resolve(condition.wait({ signal: controller.signal }))
        .then(
          () => 'woken',
          () => 'left',
        )
        .finally(() => condition.release());
      const { woken, ended } = await park(condition, 1, setting);
      await condition.acquire();
      if (order.startsWith('abort')) controller.abort(new Error('torn'));
      condition.notify();
      if (order.startsWith('notify')) controller.abort(new Error('torn'));
      condition.release();
      if ((await torn) === 'woken') {
        await flush();
        expect(woken).toEqual([]);
        await condition.with(() => condition.notify());
      }
      await capped(Promise.all(ended), 'the other waiter is notified', 5_000);
    }
  });
  row('loses no notification when aborts and timeouts race with it [API-3, AS-140, AS-141]', async () => {
    const condition = create();
    await hammer(
      setting.rounds,
      async (random, round) => {
        const count = random.int(1, 4);
        const controllers: AbortController[] = [];
        let woken = 0;
        let staying = 0;
        const ends: Promise<void>[] = [];
        for (let index = 0; index < count; index += 1) {
          const controller = new AbortController();
          const leaves = random.chance();
          if (leaves) controllers.push(controller);
          else staying += 1;
          await condition.acquire();
          const waiting = condition.wait(
            leaves ? { signal: controller.signal, ...(round % 16 === 0 ? { timeout: random.int(0, 2) } : {}) } : {},
          );
          ends.push(
            Promise.resolve(waiting)
              .then(
                (notified) => {
                  if (notified) woken += 1;
                  if (!leaves) staying -= 1;
                },
                () => {},
              )
              .finally(() => condition.release()),
          );
        }
        let notified = 0;
        const all = Promise.all(ends);
        // As many notifications as there are waiters: with none lost, nobody who stays is left.
        for (const act of random.shuffle([
          ...controllers.map((controller) => () => controller.abort(new Error('left'))),
          ...ends.map(() => 'notify' as const),
        ])) {
          if (act === 'notify') {
            await condition.with(() => condition.notify());
            notified += 1;
          } else act();
          for (let hops = random.int(0, 3); hops > 0; hops -= 1) await Promise.resolve();
        }
        await capped(
          all,
          `all ${count} waiters have ended (${notified} notified, ${woken} woken, ${staying} still wait)`,
          5_000,
        );
        if (woken > notified) throw new Error(`${woken} woke by ${notified} notifications`);
        if (condition.locked()) throw new Error('The lock was left locked');
      },
      { seed: setting.seed },
    );
  });
}
