import { lockConformance } from '@weft/conformance';
import { Lock } from '@weft/multiprocessing';
import { expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import { elsewhere } from './peers.ts';

lockConformance('Lock', { create: () => new Lock(), sync: true, elsewhere: elsewhere() });

it('refuses a negative time, free or held, where Python takes it for none [MP-070]', async () => {
  const lock = new Lock();
  await expect(lock.acquire({ timeout: -1 })).rejects.toThrow(RangeError);
  expect(lock.locked()).toBe(false);
  using _held = await lock.acquire();
  await expect(lock.acquire({ timeout: -1 })).rejects.toThrow(RangeError);
  expect(() => lock.acquireSync({ timeout: -1 })).toThrow(RangeError);
});

it('leaves no memory behind when it is collected', async () => {
  const round = async (): Promise<number> => {
    for (let count = 0; count < 3000; count += 1) {
      new Lock().acquireSync()[Symbol.dispose]();
      if (count % 300 === 0) await new Promise(setImmediate);
    }
    for (let turn = 0; turn < 5; turn += 1) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    return process.memoryUsage().heapUsed;
  };
  await round();
  const before = await round();
  await round();
  await round();
  // A hundred bytes for each would be twice as much.
  expect((await round()) - before).toBeLessThan(450_000);
});
