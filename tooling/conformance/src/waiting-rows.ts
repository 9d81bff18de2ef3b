import { getEventListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import type { Define, Setting } from './suite.ts';
import type { Scene, Waiting } from './waiting.ts';

const SHORT = 20;

/** Adds the rows about timeouts and signals that every wait owes. */
export function waitingRows(row: Define, setting: Setting, waiting: Waiting): void {
  const { verb, ids } = waiting;
  const scened = (body: (scene: Scene) => Promise<void>) => async (): Promise<void> => {
    const scene = await waiting.begin();
    await body(scene);
    await scene.end?.();
  };
  const runsOut = async (wait: () => unknown): Promise<void> => {
    if (typeof waiting.timesOut === 'string') await failure(wait, waiting.timesOut);
    else expect(await wait()).toBe(waiting.timesOut.answer);
  };
  /** Nothing was taken and nobody is left in the line: the next wait gets the next grant. */
  const stillServes = async (scene: Scene): Promise<void> => {
    const next = scene.wait();
    await flush();
    await scene.grant();
    await next;
  };

  row(
    `${verb} refuses a timeout that is negative, NaN or no number, and takes nothing [API-3${and(ids.range)}]`,
    scened(async (scene) => {
      for (const timeout of [-1, -0.5, -100, Number.NaN, -Infinity])
        await failure(() => scene.wait({ timeout }), 'RangeError');
      for (const timeout of ['5', null, {}, 5n])
        await failure(() => scene.wait({ timeout: timeout as never }), 'TypeError');
      await stillServes(scene);
    }),
  );
  row(
    `${verb} with timeout 0 gives up at once [API-3${and(ids.timeout)}]`,
    scened(async (scene) => {
      await runsOut(() => scene.wait({ timeout: 0 }));
      await stillServes(scene);
    }),
  );
  row(
    `${verb} gives up when its time is over, and not before [API-3${and(ids.timeout)}]`,
    scened(async (scene) => {
      const start = performance.now();
      await runsOut(() => scene.wait({ timeout: SHORT }));
      expect(performance.now() - start).toBeGreaterThanOrEqual(SHORT - 1);
      await stillServes(scene);
    }),
  );
  row(
    `${verb} takes Infinity and durations above 2^31 - 1 ms without giving up early [API-3${and(ids.huge)}]`,
    async () => {
      for (const timeout of [Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, 1e100]) {
        const scene = await waiting.begin();
        let ended = false;
        const wait = Promise.resolve(scene.wait({ timeout })).finally(() => {
          ended = true;
        });
        await setTimeout(5);
        expect(ended).toBe(false);
        await scene.grant();
        await wait;
        await scene.end?.();
      }
    },
  );
  row(`${verb} that is granted in time leaves no timer behind that fires later [API-3]`, async () => {
    // A busy machine may grant too late: then there is more time in the next attempt.
    for (let timeout = SHORT; ; timeout *= 2) {
      const scene = await waiting.begin();
      const wait = Promise.resolve(scene.wait({ timeout }));
      const settled = wait.then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      await scene.grant();
      const outcome = await settled;
      if ('error' in outcome && timeout < 10_000) {
        await scene.end?.();
        continue;
      }
      expect(outcome).not.toHaveProperty('error');
      // What a timer threw now would be an error of nobody, which fails the run.
      await setTimeout(timeout + 5);
      await scene.end?.();
      return;
    }
  });
  row(
    `${verb} with a signal that has aborted rejects with its reason and takes nothing [API-3${and(ids.signal)}]`,
    scened(async (scene) => {
      const reason = new Error('left before it came');
      expect(await failure(() => scene.wait({ signal: AbortSignal.abort(reason) }))).toBe(reason);
      expect(await failure(() => scene.wait({ signal: AbortSignal.abort(reason), timeout: 0 }))).toBe(reason);
      await failure(() => scene.wait({ signal: AbortSignal.abort() }), 'AbortError');
      await stillServes(scene);
    }),
  );
  row(
    `${verb} whose signal aborts rejects with its reason and takes nothing [API-3${and(ids.signal)}]`,
    scened(async (scene) => {
      const controller = new AbortController();
      const reason = new Error('no patience');
      const left = failure(() => scene.wait({ signal: controller.signal, timeout: 60_000 }));
      await flush();
      controller.abort(reason);
      expect(await left).toBe(reason);
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      await stillServes(scene);
    }),
  );
  row(
    `${verb} passes on what a signal gives as its reason, also when that is no error [API-3${and(ids.signal)}]`,
    scened(async (scene) => {
      const controller = new AbortController();
      const left = Promise.resolve(scene.wait({ signal: controller.signal })).then(
        () => 'granted',
        (reason: unknown) => reason,
      );
      await flush();
      controller.abort('enough');
      expect(await left).toBe('enough');
      await stillServes(scene);
    }),
  );
  row(
    `${verb} that was granted takes no notice of its signal any more [API-3]`,
    scened(async (scene) => {
      const controller = new AbortController();
      const wait = scene.wait({ signal: controller.signal });
      await scene.grant();
      const value = await wait;
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      controller.abort(new Error('too late'));
      await flush();
      expect(await wait).toBe(value);
    }),
  );
  if (setting.cancels) {
    row(
      `${verb} ends with CancelledError when its task is cancelled, and takes nothing [${ids.cancel ?? 'API-3'}]`,
      scened(async (scene) => {
        const task = setting.start(async () => scene.wait());
        await flush();
        task.cancel?.();
        await failure(() => task, 'CancelledError');
        await stillServes(scene);
      }),
    );
  }
  if (setting.sync) syncWaitingRows(row, waiting);
}

/** Adds the rows about the blocking twin of a wait. */
function syncWaitingRows(row: Define, waiting: Waiting): void {
  const { verb, ids } = waiting;
  const runsOut = (wait: () => unknown): void => {
    if (typeof waiting.timesOut === 'string') failureSync(wait, waiting.timesOut);
    else expect(wait()).toBe(waiting.timesOut.answer);
  };
  row(`${verb}Sync refuses a timeout that is negative, NaN or no number [API-3${and(ids.range)}]`, async () => {
    const scene = await waiting.begin();
    for (const timeout of [-1, -100, Number.NaN]) failureSync(() => scene.waitSync?.({ timeout }), 'RangeError');
    // Not null: one that takes it for "left out" would block for ever, and the awaited twin has shown that already.
    failureSync(() => scene.waitSync?.({ timeout: '5' as never }), 'TypeError');
    await scene.end?.();
  });
  row(`${verb}Sync gives up when its time is over, and not before [API-2, API-3${and(ids.timeout)}]`, async () => {
    const scene = await waiting.begin();
    runsOut(() => scene.waitSync?.({ timeout: 0 }));
    const start = performance.now();
    runsOut(() => scene.waitSync?.({ timeout: SHORT }));
    expect(performance.now() - start).toBeGreaterThanOrEqual(SHORT - 1);
    const next = scene.wait();
    await flush();
    await scene.grant();
    await next;
    await scene.end?.();
  });
}

function and(ids: string | undefined): string {
  return ids ? `, ${ids}` : '';
}
