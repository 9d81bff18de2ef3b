import { describe, expectTypeOf, it } from 'vitest';
import type { Executor, Future } from '@weft/core';
import { later, square } from './fixtures/functions.ts';

declare const executor: Executor;

describe('types flow from the function to its result', () => {
  it('through submit', () => {
    const submit = (): Future<number> => executor.submit(square, 3);
    expectTypeOf(submit).returns.toEqualTypeOf<Future<number>>();
    expectTypeOf(executor.submit<[number], Promise<number>>).returns.toEqualTypeOf<Future<number>>();
    const async = (): Future<number> => executor.submit(later, 3);
    expectTypeOf(async).returns.resolves.toEqualTypeOf<number>();
  });

  it('and back: an argument of the wrong type does not compile', () => {
    expectTypeOf(executor.submit<[x: number], number>).parameter(1).toEqualTypeOf<number>();
    expectTypeOf<Parameters<typeof executor.submit<Parameters<typeof square>, number>>>().toEqualTypeOf<
      [target: (x: number) => number, x: number]
    >();
  });

  it('through map and starmap', () => {
    const map = (): AsyncIterableIterator<number> => executor.map(later, [1, 2]);
    expectTypeOf(map).returns.toEqualTypeOf<AsyncIterableIterator<number>>();
  });
});
