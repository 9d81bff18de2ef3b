import { lockConformance } from '@weft/conformance';
import { Lock } from '@weft/multiprocessing';
import { expect, it } from 'vitest';
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
