import { AsyncPool, pipeline, recommend } from '@weft/combined';
import { describe, expect, it } from 'vitest';
import { square } from './fixtures/work.ts';

const REFUSED = /^Cannot .* with .*: options must be an object$/;

const takers: Record<string, (options: never) => unknown> = {
  'new AsyncPool': (options) => new AsyncPool(options),
  pipeline: (options) => pipeline([1], options),
  async: (options) => pipeline([1]).async(square, options),
  threads: (options) => pipeline([1]).threads(square, options),
  processes: (options) => pipeline([1]).processes(square, options),
  withProgressBar: (options) => pipeline([1]).withProgressBar(options),
  recommend: (options) => recommend(square, [1], options),
};

describe('options that are no object', () => {
  it.each(Object.keys(takers))('are refused by %s: they would be ignored', async (name) => {
    for (const bad of [null, 5, 'x', [], square])
      await expect((async () => takers[name]?.(bad as never))()).rejects.toThrow(REFUSED);
  });
});

it('refuses to draw a progress bar on what is no stream', () => {
  for (const stream of [null, 5, {}])
    expect(() => pipeline([1]).withProgressBar({ stream: stream as never })).toThrow(/^Cannot use stream = .*/);
});
