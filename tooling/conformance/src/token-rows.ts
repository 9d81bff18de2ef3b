import { setTimeout } from 'node:timers/promises';
import { type Random, capped, flush, hammer } from '@weft/testkit';
import { expect } from 'vitest';
import { failure } from './failure.ts';
import type { Activity, Define, Setting } from './suite.ts';
import type { Scene, Waiting } from './waiting.ts';

/**
 * A scene in which each grant lets exactly one wait succeed, and a grant that meets nobody is kept: a lock, a permit,
 * an item, a free place.
 */
export interface TokenScene extends Scene {
  /** Takes a grant that was kept, without waiting. */
  take(this: void): boolean;
  grant(this: void): void;
}

/** A wait of which each grant lets one succeed. */
export interface TokenWaiting extends Waiting {
  begin(): TokenScene | PromiseLike<TokenScene>;
}

/** Adds the rows about lines of waiters: arrival order, and grants that meet interruptions. */
export function tokenRows(row: Define, setting: Setting, waiting: TokenWaiting): void {
  const { verb, ids } = waiting;
  row(
    `${verb} serves one waiter for each grant${setting.ordered ? ', in arrival order' : ''} [${ids.order ?? 'API-5'}]`,
    async () => {
      const scene = await waiting.begin();
      const served: number[] = [];
      const waits = [0, 1, 2, 3, 4].map(async (index) => {
        await scene.wait();
        served.push(index);
      });
      await flush();
      expect(served).toEqual([]);
      for (let turn = 0; turn < waits.length; turn += 1) {
        scene.grant();
        await Promise.race(waits.filter((_, index) => !served.includes(index)));
        await flush();
        expect(served).toHaveLength(turn + 1);
      }
      if (setting.ordered) expect(served).toEqual([0, 1, 2, 3, 4]);
      await scene.end?.();
    },
  );
  row(
    `${verb} leaves the line when it is aborted, and those around it keep their places [API-3${and(ids.signal)}]`,
    async () => {
      const scene = await waiting.begin();
      const controller = new AbortController();
      const served: string[] = [];
      const enter = async (name: string, signal?: AbortSignal): Promise<void> => {
        await scene.wait({ signal });
        served.push(name);
      };
      const first = enter('first');
      const gone = enter('gone', controller.signal);
      const last = enter('last');
      await flush();
      controller.abort(new Error('left'));
      await failure(() => gone);
      scene.grant();
      await Promise.race([first, last]);
      scene.grant();
      await Promise.all([first, last]);
      expect(served).toEqual(setting.ordered ? ['first', 'last'] : expect.arrayContaining(['first', 'last']));
      expect(scene.take()).toBe(false);
      await scene.end?.();
    },
  );
  for (const earlier of ['abort', 'grant'] as const) {
    row(
      `${verb} loses no grant when ${earlier === 'abort' ? 'an abort and then a grant' : 'a grant and then an abort'} come in one turn [API-3${and(ids.race)}]`,
      async () => {
        const scene = await waiting.begin();
        const controller = new AbortController();
        const torn = Promise.resolve(scene.wait({ signal: controller.signal })).then(
          () => true,
          () => false,
        );
        const other = scene.wait();
        await flush();
        if (earlier === 'grant') scene.grant();
        controller.abort(new Error('torn'));
        if (earlier === 'abort') scene.grant();
        const won = await torn;
        if (earlier === 'abort') expect(won).toBe(false);
        if (won) scene.grant();
        await capped(other, 'the other waiter gets what the aborted one did not take', 5_000);
        expect(scene.take()).toBe(false);
        await scene.end?.();
      },
    );
  }
  row(
    `${verb} gives up for several at once without taking the grants of those who stay [API-3${and(ids.race)}]`,
    async () => {
      const scene = await waiting.begin();
      const controller = new AbortController();
      const left = [0, 1].map((_) => failure(() => scene.wait({ signal: controller.signal })));
      const stays = scene.wait();
      await flush();
      controller.abort(new Error('both'));
      scene.grant();
      await Promise.all(left);
      await capped(stays, 'the one who stays is served', 5_000);
      expect(scene.take()).toBe(false);
      await scene.end?.();
    },
  );
  row(`${verb} keeps a grant that meets nobody [${ids.timeout ?? 'API-3'}]`, async () => {
    const scene = await waiting.begin();
    await failure(() => scene.wait({ timeout: 1 }));
    scene.grant();
    expect(scene.take()).toBe(true);
    expect(scene.take()).toBe(false);
    await scene.end?.();
  });
  row(
    `${verb} loses and invents nothing when aborts and timeouts race with grants [API-3${and(ids.hammer)}]`,
    async () => {
      const scene = await waiting.begin();
      await hammer(setting.rounds, (random, round) => tokenRound(scene, setting, random, round), {
        seed: setting.seed,
      });
      await scene.end?.();
    },
  );
}

/** One round: some waiters, of whom some leave at a random moment, and grants until nobody waits any more. */
async function tokenRound(scene: TokenScene, setting: Setting, random: Random, round: number): Promise<void> {
  let served = 0;
  let onChange = (): void => {};
  const attempts: Promise<void>[] = [];
  const leave: (() => void)[] = [];
  // A timer takes a millisecond or more: a few rounds with timers keep the hammer short.
  const timed = round % 16 === 0;
  const count = random.int(1, 4);
  for (let index = 0; index < count; index += 1) {
    const controller = new AbortController();
    const leaves = random.chance(0.6);
    const options = { signal: controller.signal, ...(timed && leaves ? { timeout: random.int(0, 2) } : {}) };
    // Counted inside of the task: a task that is cancelled as its body ends has taken what the body was granted.
    const attempt = async (): Promise<void> => {
      await scene.wait(options);
      served += 1;
    };
    const cancelled = setting.cancels && leaves && random.chance();
    const activity: Activity<void> = cancelled ? setting.start(attempt) : attempt();
    if (leaves) leave.push(() => (cancelled ? activity.cancel?.() : controller.abort(new Error('left'))));
    const changed = (): void => onChange();
    attempts.push(Promise.resolve(activity).then(changed, changed));
  }
  await somewhatLater(random, timed);
  let pending = true;
  const all = Promise.all(attempts).then(() => {
    pending = false;
  });
  let granted = 0;
  while (pending) {
    const change = new Promise<void>((resolve) => {
      onChange = resolve;
    });
    const order = random.shuffle([
      ...leave.splice(0, random.int(0, leave.length)),
      ...(granted === served
        ? [
            () => {
              granted += 1;
              scene.grant();
            },
          ]
        : []),
    ]);
    for (const act of order) {
      act();
      if (random.chance(0.3)) await Promise.resolve();
    }
    if (leave.length > 0) await somewhatLater(random, timed);
    else
      await capped(Promise.race([change, all]), `every waiter is served (${served} served, ${granted} granted)`, 5_000);
  }
  await all;
  const kept = granted - served;
  if (kept < 0) throw new Error(`${served} waits succeeded with ${granted} grants`);
  for (let left = kept; left > 0; left -= 1)
    if (!scene.take()) throw new Error(`A grant was lost: ${served} of ${granted} arrived`);
  if (scene.take()) throw new Error(`A grant came from nowhere: ${served} of ${granted} arrived, and more was there`);
}

async function somewhatLater(random: Random, timed: boolean): Promise<void> {
  if (timed && random.chance(0.5)) await setTimeout(1);
  else if (random.chance(0.5)) await flush(random.int(0, 2));
  else for (let hops = random.int(0, 5); hops > 0; hops -= 1) await Promise.resolve();
}

function and(ids: string | undefined): string {
  return ids ? `, ${ids}` : '';
}
