import { conditionConformance } from '@weft/conformance';
import { Condition, Lock } from '@weft/multiprocessing';
import { until } from '@weft/testkit';
import { expect, it } from 'vitest';
import { elsewhere } from './peers.ts';

conditionConformance<Lock>('Condition', {
  create: (lock) => new Condition(lock),
  createLock: () => new Lock(),
  sync: true,
  elsewhere: elsewhere(),
});

it('notifies a whole number', async () => {
  const condition = new Condition();
  using _guard = await condition.acquire();
  for (const wrong of [-1, 1.5, Number.NaN, 'a'])
    expect(() => condition.notify(wrong as number)).toThrow(
      `Cannot notify ${wrong}: it must be a whole number from 0 on`,
    );
  for (const many of [0, 1, Infinity]) condition.notify(many);
});

it('takes its lock back beside other code of its thread, whose levels it leaves alone', async () => {
  const condition = new Condition();
  const wait = async (): Promise<boolean> => {
    using _guard = await condition.acquire();
    return await condition.wait({ timeout: 10_000 });
  };
  const waiting = wait();
  await until(() => !condition.locked(), 'it waits');
  const held = await condition.acquire();
  condition.notify();
  expect(await waiting).toBe(true);
  expect(condition.locked()).toBe(true);
  held[Symbol.dispose]();
  expect(condition.locked()).toBe(false);
});
