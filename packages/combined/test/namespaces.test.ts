import { asyncio, futures } from '@weft/combined';
import * as asyncModule from '@weft/async';
import * as core from '@weft/core';
import { describe, expect, expectTypeOf, it } from 'vitest';

describe('the namespaces', () => {
  it('hold the very functions of the packages', () => {
    expect(asyncio.gather).toBe(asyncModule.gather);
    expect(asyncio.sleep).toBe(asyncModule.sleep);
  });

  it('keep the types of the packages', () => {
    expectTypeOf(asyncio.gather).toEqualTypeOf<typeof asyncModule.gather>();
    expectTypeOf<asyncio.Task<number>>().toEqualTypeOf<asyncModule.Task<number>>();
  });

  it('give every technique the same errors', () => {
    expect(futures.CancelledError).toBe(core.CancelledError);
    expect(asyncio.CancelledError).toBe(core.CancelledError);
    expect(futures.TimeoutError).toBe(asyncio.TimeoutError);
  });

  it('name what concurrent.futures has', () => {
    expect(futures.wait).toBe(core.wait);
    expect(futures.asCompleted).toBe(core.asCompleted);
    expect(futures.Future).toBe(core.Future);
    expect(futures.Executor).toBe(core.Executor);
  });
});
