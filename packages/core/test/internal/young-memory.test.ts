import { getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { countLarge } from '@weft/core/lowlevel';
import { describe, expect, test } from 'vitest';

const MEGABYTE = 2 ** 20;

/** Makes so many large values, and says how much memory was held at most while they came, in megabytes. */
function receive(count: number, keep: (value: Uint8Array) => void): number {
  const before = getHeapStatistics().external_memory;
  let most = 0;
  for (let i = 0; i < count; i += 1) {
    keep(Buffer.allocUnsafeSlow(MEGABYTE).fill(i));
    countLarge(MEGABYTE);
    most = Math.max(most, getHeapStatistics().external_memory - before);
  }
  return most / MEGABYTE;
}

describe('counting large values', () => {
  test('has their memory set free long before V8 would do it by itself', () => {
    // V8 lets 64 MB come together.
    expect(receive(200, () => undefined)).toBeLessThan(32);
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
