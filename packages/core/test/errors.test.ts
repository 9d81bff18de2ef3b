import { expect, it } from 'vitest';
import { ConcurrencyError, TaskGroupError, TimeoutError } from '@weft/core';

it('names the action and the time in a TimeoutError', () => {
  const error = new TimeoutError('acquire a permit', 5);
  expect(error).toBeInstanceOf(ConcurrencyError);
  expect(error.message).toBe('Cannot acquire a permit within 5 ms');
});

it('splits a group by class', () => {
  using _x = { [Symbol.dispose]() {} };
  const group = new TaskGroupError([new TypeError('a'), new RangeError('b')], 'two');
  const [types, rest] = group.split(TypeError);
  expect(types?.errors).toHaveLength(1);
  expect(rest?.errors).toHaveLength(1);
});
