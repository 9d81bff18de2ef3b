import { describe, expectTypeOf, it } from 'vitest';
import type { Executor, Future } from '@weft/core';
import { later, square } from './fixtures/functions.ts';

// Never called: only their types are looked at.
const submitSync = (executor: Executor) => executor.submit(square, 3);
const submitAsync = (executor: Executor) => executor.submit(later, 3);
const mapAsync = (executor: Executor) => executor.map(later, [1, 2]);
const starmapSync = (executor: Executor) => executor.starmap(square, [[1], [2]]);
const view = (executor: Executor) => executor.with({ priority: 1 }).submit(square, 3);
// @ts-expect-error -- square takes a number
const wrongArgument = (executor: Executor) => executor.submit(square, 'x');
// @ts-expect-error -- square takes an argument
const missingArgument = (executor: Executor) => executor.submit(square);
// @ts-expect-error -- square takes numbers
const wrongItems = (executor: Executor) => executor.map(square, ['x']);

describe('types flow', () => {
  it('from the function to its result', () => {
    expectTypeOf(submitSync).returns.toEqualTypeOf<Future<number>>();
    expectTypeOf(submitAsync).returns.toEqualTypeOf<Future<number>>();
    expectTypeOf(view).returns.resolves.toEqualTypeOf<number>();
    expectTypeOf(mapAsync).returns.toEqualTypeOf<AsyncIterableIterator<number>>();
    expectTypeOf(starmapSync).returns.toEqualTypeOf<AsyncIterableIterator<number>>();
  });

  it('from the function to its arguments: others do not compile', () => {
    expectTypeOf(wrongArgument).parameter(0).toEqualTypeOf<Executor>();
    expectTypeOf(missingArgument).parameter(0).toEqualTypeOf<Executor>();
    expectTypeOf(wrongItems).parameter(0).toEqualTypeOf<Executor>();
  });
});
