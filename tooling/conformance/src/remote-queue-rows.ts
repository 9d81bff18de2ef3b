import { Random, until } from '@weft/testkit';
import { expect } from 'vitest';
import { failure } from './failure.ts';
import { gated } from './gated.ts';
import { getImpatiently } from './impatient-peers.ts';
import { getItems, getItemsSync, getUntilShutDown, putItems, putItemsSync, workOff } from './peers.ts';
import type { QueueLike, SimpleQueueLike } from './queue.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';

/** Adds the rows of any queue that need another thread or process. */
export function remoteItemRows(
  row: Define,
  { create, comparable }: { create(): SimpleQueueLike & Pick<QueueLike, 'putSync'>; comparable: boolean },
  setting: Setting,
  elsewhere: Elsewhere,
): void {
  row('brings equal items elsewhere and back [QU-001, QU-022, MP-097, API-6]', async () => {
    const queue = create();
    const item = comparable
      ? [1, ['text', 2n]]
      : { a: [1, { b: new Map([['c', 2]]) }], d: new Uint8Array([1, 2]), e: undefined };
    await queue.put(item);
    expect(await elsewhere(getItems, queue, 1)).toEqual([item]);
    await elsewhere(putItems, queue, [item]);
    const back = await queue.get();
    expect(back).toEqual(item);
    expect(back === item).toBe(false);
  });
  row('lets a get here wait until something is put elsewhere, and the other way round [QU-010, MP-097]', async () => {
    const queue = create();
    const here = queue.get();
    await elsewhere(putItems, queue, ['from there']);
    expect(await here).toBe('from there');
    const there = elsewhere(getItems, queue, 2);
    await queue.put('1');
    await queue.put('2');
    expect(((await there) as string[]).toSorted()).toEqual(['1', '2']);
  });
  row('brings every item once, whoever puts and takes it where [QU-058, MP-117]', async () => {
    const queue = create();
    const each = Math.max(20, Math.ceil(setting.rounds / 20));
    const items = (producer: number): number[] => Array.from({ length: each }, (_, index) => producer * each + index);
    const [first, second, third] = await Promise.all([
      elsewhere(getItems, queue, each),
      elsewhere(getItems, queue, each),
      getItems(queue, each),
      elsewhere(putItems, queue, items(0)),
      elsewhere(putItems, queue, items(1)),
      putItems(queue, items(2)),
    ]);
    const all = [...first, ...second, ...third] as number[];
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * each }, (_, item) => item));
    expect(queue.empty()).toBe(true);
  });
  row('loses and doubles nothing when those who take wait but a moment [QU-059, QU-060, QU-065, API-3]', async () => {
    const queue = create();
    const seed = setting.seed ?? Random.freshSeed();
    const each = Math.max(20, Math.ceil(setting.rounds / 20));
    const items = (producer: number): number[] => Array.from({ length: each }, (_, index) => producer * each + index);
    try {
      const [first, second, third] = await Promise.all([
        elsewhere(getImpatiently, queue, each, seed, false),
        elsewhere(getImpatiently, queue, each, seed + 1, false),
        getImpatiently(queue, each, seed + 2, false),
        elsewhere(putItems, queue, items(0)),
        elsewhere(putItems, queue, items(1)),
        putItems(queue, items(2)),
      ]);
      const all = [...first, ...second, ...third] as number[];
      expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 3 * each }, (_, item) => item));
      if (setting.sync) {
        const blocking = elsewhere(getImpatiently, queue, each, seed, true);
        await putItems(queue, items(0));
        expect(((await blocking) as number[]).toSorted((a, b) => a - b)).toEqual(items(0));
      }
      expect(queue.empty()).toBe(true);
    } catch (cause) {
      throw new Error(`Failed; repeat it with WEFT_SEED=${seed}: ${String(cause)}`, { cause });
    }
  });
  row(
    'refuses an item that cannot cross, at the call, and goes on as if nothing had been [QU-022, MP-103, API-8]',
    async () => {
      const queue = create();
      // Where items are compared, that may fail first.
      const names = comparable ? ['TransferError', 'TypeError'] : ['TransferError'];
      for (const item of [() => {}, { handlers: { onDone: () => {} } }, Symbol('no')])
        await failure(() => queue.put(item), ...names);
      if (!comparable)
        expect((await failure(() => queue.put({ handlers: { onDone: () => {} } }))).message).toMatch(
          /handlers\.onDone/,
        );
      expect([queue.qsize(), queue.empty()]).toEqual([0, true]);
      await queue.put('fine');
      expect(await elsewhere(getItems, queue, 1)).toEqual(['fine']);
    },
  );
  row('sends an item as it is at the put [MP-112]', async () => {
    const queue = create();
    const item = ['at the put'];
    await queue.put(item);
    item[0] = 'later';
    expect(await elsewhere(getItems, queue, 1)).toEqual([['at the put']]);
  });
  row('brings a big item whole [QU-067, MP-122]', async () => {
    const queue = create();
    const text = 'a big item'.repeat(200_000);
    await queue.put(text);
    const [same] = await elsewhere(getItems, queue, 1);
    expect(same === text).toBe(true);
    if (comparable) return;
    const big = new Uint8Array(4 * 2 ** 20).map((_, index) => index * 7);
    const taking = elsewhere(getItems, queue, 1);
    await queue.put(big);
    const [got] = (await taking) as [Uint8Array];
    expect(got.length).toBe(big.length);
    expect(Buffer.compare(got, big)).toBe(0);
  });
  if (setting.sync) {
    row(
      'serves the main thread while that is blocked, and a thread that blocks elsewhere [QU-066, API-2]',
      gated(async (makeGate) => {
        const [queue, started, go] = [create(), makeGate(), makeGate()];
        const taking = elsewhere(getItemsSync, queue, 2);
        await queue.put('a');
        queue.putSync?.('b');
        if (!queue.putSync) await queue.put('b');
        expect(((await taking) as string[]).toSorted()).toEqual(['a', 'b']);
        if (!queue.putSync) return;
        const putting = elsewhere(putItemsSync, queue, ['c', 'd'], started.path, go.path);
        await Promise.race([started.pass(), putting]);
        go.open();
        expect([queue.getSync?.({ timeout: 10_000 }), queue.getSync?.({ timeout: 10_000 })].toSorted()).toEqual([
          'c',
          'd',
        ]);
        await putting;
      }),
    );
  }
}

/** Adds the rows of a queue with `join`, `shutdown` and a bound that need another thread or process. */
export function remoteQueueRows(
  row: Define,
  options: { create(maxsize?: number): QueueLike; joinable?: boolean | undefined; shutdown?: boolean | undefined },
  elsewhere: Elsewhere,
): void {
  const { create } = options;
  row('lets a put here wait until something is taken elsewhere [QU-007]', async () => {
    const queue = create(1);
    await queue.put('first');
    const putting = queue.put('second');
    expect(await elsewhere(getItems, queue, 1)).toHaveLength(1);
    await putting;
    expect(queue.full()).toBe(true);
    expect(await elsewhere(getItems, queue, 1)).toHaveLength(1);
  });
  if (options.joinable ?? true) {
    row('joins when the work is done elsewhere [QU-027, MP-101]', async () => {
      const queue = create();
      const workers = [elsewhere(workOff, queue, 5), elsewhere(workOff, queue, 5)];
      for (let item = 0; item < 10; item += 1) await queue.put(item);
      await queue.join?.();
      await Promise.all(workers);
      expect(queue.unfinishedTasks).toBe(0);
    });
  }
  if (options.shutdown ?? true) {
    row('ends those who wait elsewhere when it is shut down here [QU-039, QU-048]', async () => {
      const queue = create();
      const readers = [elsewhere(getUntilShutDown, queue), elsewhere(getUntilShutDown, queue)];
      for (let item = 0; item < 20; item += 1) await queue.put(item);
      await until(() => queue.empty(), 'all is taken');
      queue.shutdown?.();
      const taken = (await Promise.all(readers)).flat();
      expect(taken.filter((item) => item === 'QueueShutDownError')).toHaveLength(2);
      expect(taken.filter((item) => typeof item === 'number').toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, item) => item),
      );
    });
  }
}
