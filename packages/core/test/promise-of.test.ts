import { promiseOf } from '@weft/core/lowlevel';
import { expect, it } from 'vitest';

it('finds nothing to wait for in a result that is there', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const result of [1, 'x', null, undefined, {}, [], { then: 1 }, () => {}, new Proxy({}, {}), proxy])
    expect(promiseOf(result)).toBeUndefined();
});

it('gives a promise as it is, and what has a then as a promise', async () => {
  const promise = Promise.resolve(1);
  expect(promiseOf(promise)).toBe(promise);
  const twice = {
    then(resolve: (value: number) => void, reject: (error: unknown) => void): void {
      resolve(2);
      reject(new Error('too late'));
      throw new Error('much too late');
    },
  };
  expect(await promiseOf(twice)).toBe(2);
});

it('fails with what asking for the then throws, as await does', async () => {
  const rude = Object.defineProperty({}, 'then', {
    get: () => {
      throw new RangeError('rude');
    },
  });
  await expect(promiseOf(rude)).rejects.toThrow(new RangeError('rude'));
});
