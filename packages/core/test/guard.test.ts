import { inspect } from 'node:util';
import { expect, it, vi } from 'vitest';
import { Guard } from '@weft/core';

it('releases once, at the end of its block', () => {
  const release = vi.fn();
  {
    using guard = new Guard(release);
    expect(guard.held).toBe(true);
    expect(inspect(guard)).toBe('Guard { held }');
  }
  expect(release).toHaveBeenCalledOnce();
  const guard = new Guard(release, true);
  guard[Symbol.dispose]();
  guard[Symbol.dispose]();
  expect(release).toHaveBeenCalledTimes(2);
  expect(guard.abandoned).toBe(true);
  expect(inspect(guard)).toBe('Guard { released, abandoned }');
});
