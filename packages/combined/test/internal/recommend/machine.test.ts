import { expect, it } from 'vitest';
import { asyncio, recommend } from '@weft/combined';
import { square } from '../../fixtures/work.ts';

// The machine is measured once in each process, which is why these have a file of their own, in this order.
it('is measured again where the end of a run ended the measurement', async () => {
  await asyncio.run(async () => {
    void asyncio.createTask(() => recommend(square, [1]));
    await asyncio.sleep(1);
  });
  const again = asyncio.run(async () => {
    const task = asyncio.createTask(() => recommend(square, [1]));
    await asyncio.sleep(1);
    task.cancel();
    await asyncio.wait([task]);
    return task.cancelled();
  });
  expect(await again).toBe(true);
});

it('is measured to the end for others when who asked first is cancelled', async () => {
  await asyncio.run(async () => {
    const first = asyncio.createTask(() => recommend(square, [1]));
    const second = asyncio.createTask(() => recommend(square, [1]));
    await asyncio.sleep(1);
    first.cancel();
    await asyncio.wait([first]);
    expect(first.cancelled()).toBe(true);
    expect((await second).technique).toBe('sequential');
  });
});
