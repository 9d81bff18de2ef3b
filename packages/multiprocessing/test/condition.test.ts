import { conditionConformance } from '@weft/conformance';
import { Condition, Lock } from '@weft/multiprocessing';
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
