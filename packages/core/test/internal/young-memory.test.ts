import { PerformanceObserver, constants } from 'node:perf_hooks';
import { runInNewContext } from 'node:vm';
import { countLarge } from '@weft/core/lowlevel';
import { describe, expect, test } from 'vitest';

const MEGABYTE = 2 ** 20;

/** Makes so many large values, as if they had come from elsewhere. */
function receive(count: number, keep: (value: Uint8Array) => void): void {
  for (let i = 0; i < count; i += 1) {
    keep(Buffer.allocUnsafeSlow(MEGABYTE).fill(i));
    countLarge(MEGABYTE);
  }
}

/** How often young objects were collected because somebody asked for it, while `act` ran. */
async function collectionsDuring(act: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries() as unknown as { detail: { kind: number; flags: number } }[]) {
      const isForced = (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
      if (isForced && detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) count += 1;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  act();
  // Node tells of them in a turn of its own.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  observer.disconnect();
  return count;
}

describe('counting large values', () => {
  test('has the young ones collected every 8 to 12 MB, long before V8 would collect all objects', async () => {
    const collections = await collectionsDuring(() => receive(200, () => undefined));
    expect(collections).toBeGreaterThanOrEqual(10);
    expect(collections).toBeLessThanOrEqual(25);
  });

  test('does not if they move on', async () => {
    const values = Array.from({ length: 4 }, () => new ArrayBuffer(MEGABYTE));
    const collections = await collectionsDuring(() => {
      for (let i = 0; i < 200; i += 1) {
        const value = values[i % 4] as ArrayBuffer;
        values[i % 4] = structuredClone(value, { transfer: [value] });
        countLarge(MEGABYTE);
      }
    });
    expect(collections).toBeLessThanOrEqual(2);
  });

  test('leaves those alone that somebody keeps', () => {
    const kept: Uint8Array[] = [];
    receive(100, (value) => kept.push(value));
    expect(kept.map((value) => value[MEGABYTE - 1])).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('gives the collector to nobody else', () => {
    receive(50, () => undefined);
    expect('gc' in globalThis).toBe(false);
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });
});
