import { describe, expect, it } from 'vitest';
import { TaskGroupError } from '@weft/core';

const types = [new TypeError('a'), new TypeError('b')];
const ranges = [new RangeError('c')];
const nested = new TaskGroupError([types[0], new TaskGroupError([types[1], ranges[0]], 'inner')], 'outer', {
  cause: 'why',
});

describe('TaskGroupError', () => {
  it('splits by class, in its nesting, keeping message, cause and stack', () => {
    const [matched, rest] = nested.split(TypeError);
    expect(matched?.errors).toHaveLength(2);
    expect((matched?.errors[1] as TaskGroupError).errors).toEqual([types[1]]);
    expect((rest?.errors[0] as TaskGroupError).errors).toEqual(ranges);
    for (const part of [matched, rest])
      expect(part).toMatchObject({ message: 'outer', cause: 'why', stack: nested.stack });
  });

  it('splits by several classes and by a predicate', () => {
    expect(nested.split([TypeError, RangeError])).toEqual([nested, undefined]);
    expect(nested.subgroup((error) => (error as Error).message === 'c')?.errors).toHaveLength(1);
    expect(nested.subgroup(SyntaxError)).toBeUndefined();
  });

  it('gives itself where the whole group matches', () => {
    expect(nested.split(TaskGroupError)).toEqual([nested, undefined]);
    expect(nested.subgroup(TaskGroupError)).toBe(nested);
  });

  it('refuses to split by what is no condition', () => {
    for (const bad of [null, 5, 'TypeError', {}, [TypeError, null]])
      for (const look of [() => nested.split(bad as never), () => nested.subgroup(bad as never)])
        expect(look).toThrow(/^Cannot look for .* in a group: it must be a class, classes or a predicate$/);
  });
});
