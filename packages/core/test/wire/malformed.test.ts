import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TransferError } from '@weft/core';
import { decodeBytes, encodeBytes } from '@weft/core/lowlevel';
import { HttpError, Point } from '../fixtures/classes.ts';

const ROUNDS = 20_000;

// Mulberry32: a seed makes the same run again.
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const samples = [
  null,
  12,
  1.5,
  'text',
  'wide ż',
  { a: [1, 2, { b: 'c' }] },
  new Map([['k', new Set([1n, new Date(3)])]]),
  new Float64Array(16),
  [new HttpError(500, { cause: new Error('inner') }), new Point(1, 2), Buffer.from('bytes')],
].map((value) => encodeBytes(value, { medium: 'process', path: 'value' }));

describe('decodeBytes', () => {
  it('survives damaged bytes, refusing or decoding them', () => {
    const seed = Date.now() >>> 0;
    const random = randomFrom(seed);
    const at = (limit: number): number => Math.floor(random() * limit);
    const { made } = HttpError;
    const before = process.memoryUsage().rss;
    for (let round = 0; round < ROUNDS; round += 1) {
      let bytes = Buffer.from(samples[at(samples.length)] as Buffer);
      for (let n = at(6); n >= 0 && bytes.length > 0; n -= 1) bytes[at(bytes.length)] = at(256);
      if (random() < 0.3) bytes = bytes.subarray(0, at(bytes.length + 1));
      if (random() < 0.1) bytes = Buffer.from(Array.from({ length: at(200) }, () => at(256)));
      try {
        decodeBytes(bytes, { medium: 'process' });
      } catch (error) {
        expect(error, `seed ${seed}, round ${round}: ${bytes.toString('hex')}`).toBeInstanceOf(TransferError);
      }
    }
    expect(HttpError.made, `seed ${seed}`).toBe(made);
    expect(process.memoryUsage().rss - before, `seed ${seed}`).toBeLessThan(500 * 2 ** 20);
  });

  it('refuses arrays that say they are long, before memory is taken for them', () => {
    const small = Array.from({ length: 200 }, () => Object.assign([], { length: 129 }));
    const text = encodeBytes(small, { medium: 'process', path: 'value' }).toString('latin1');
    // As V8 writes 129 and 2^25.
    const bytes = Buffer.from(text.replaceAll('a\u0081\u0001', 'a\u0080\u0080\u0080\u0010'), 'latin1');
    expect(bytes.length).toBe(text.length + 400);
    const before = process.memoryUsage().rss;
    expect(() => decodeBytes(bytes, { medium: 'process' })).toThrow(TransferError);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it.each([
    ['a long one', Object.assign([], { length: 2 ** 20, 77: 'a' })],
    ['the longest', Object.assign([], { length: 2 ** 32 - 1, 77: 'a' })],
    ['one that is all items', Array.from({ length: 10_000 }, (_, at) => (at === 7 ? undefined : { a: at }))],
    [
      'one beside all kinds of tokens',
      [[, 'a'], /aé/g, /a/, 'aé', 'aż', 1n, Object(-(2n ** 70n)), new Date(0), -0.5, -7],
    ],
    [
      'one beside buffers',
      [[, 'a'], new Uint8Array([97, 255, 255]), new Float64Array(2).subarray(1), new ArrayBuffer(3)],
    ],
    ['one in a map and a set', new Map([[[, 1], new Set([[, 'a'], Object('a'), Object(true), Object(2)])]])],
  ])('lets an array with holes through: %s', (_what, value) => {
    const arrived = decodeBytes(encodeBytes(value, { medium: 'process', path: 'value' }), { medium: 'process' });
    expect(inspect(arrived, { depth: 5 })).toBe(inspect(value, { depth: 5 }));
  });

  it('refuses bytes of no encoding, and none at all', () => {
    expect(() => decodeBytes(Buffer.of(77, 1, 2), { medium: 'process' })).toThrow(TransferError);
    expect(() => decodeBytes(Buffer.alloc(0), { medium: 'process' })).toThrow(TransferError);
  });
});
