import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toWire } from '@weft/core';
import { JsonWriter, isJsonExact } from '@weft/core/lowlevel';

const anyObject = fc.oneof(
  fc.anything({ withSparseArray: true, withNullPrototype: true, withDate: true, withUnicodeString: true }),
  fc.jsonValue({ depthSize: 'medium' }),
  fc.array(fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.string())),
  fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string({ maxLength: 200 }), fc.constant(null))),
);

/** What a fresh writer writes, or `undefined` if it leaves that to others. */
function written(value: object): string | undefined {
  const writer = new JsonWriter();
  const length = writer.write(value);
  return length === 0 ? undefined : writer.bytes.toString('latin1', 0, length);
}

function refuse(): never {
  throw new Error('No');
}

describe('a JSON writer', () => {
  it('writes what JSON writes, and only what JSON carries exactly', () => {
    let count = 0;
    fc.assert(
      fc.property(anyObject, (value) => {
        if (typeof value !== 'object' || value === null) return;
        const text = written(value);
        if (text === undefined) return;
        count += 1;
        expect(isJsonExact(value)).toBe(true);
        expect(text).toBe(JSON.stringify(value));
        expect(JSON.parse(text)).toStrictEqual(value);
      }),
      { numRuns: 5_000 },
    );
    expect(count).toBeGreaterThan(100);
  });

  it.each([
    ['nothing', {}],
    ['no items', []],
    ['lists in lists', [[[], {}], [[1]]]],
    ['integers of every length', [1, 12, 999, 1_000, 123_456_789, 999_999_999, 1_000_000_000, 2 ** 31, 2 ** 53, -1, 0]],
    ['other numbers', [0.1, -2.5e-7, 1e21, 1e300, 5e-324]],
    ['words', { a: true, b: false, c: null }],
    ['printed characters', { ' ': '~', "it's": 'a/b' }],
  ])('writes %s', (_name, value) => {
    expect(written(value)).toBe(JSON.stringify(value));
  });

  const shared = {};
  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each<[string, object]>([
    ['a quote', ['"']],
    ['a backslash', { '\\': 1 }],
    ['control characters', ['\n']],
    ['text that is not ASCII', ['é']],
    ['-0', [-0]],
    ['NaN', [Number.NaN]],
    ['undefined', { a: undefined }],
    ['a hole', [1, , 3]],
    ['a named property of an array', Object.assign([1], { a: 1 })],
    ['a key called __proto__', JSON.parse('{"__proto__": 1}') as object],
    ['an object that stands in two places', [shared, shared]],
    ['a cycle', cycle],
    ['a proxy', new Proxy({}, {})],
    ['an object of a class', new Date()],
    ['an object without a prototype', Object.create(null) as object],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['an object that says how it crosses', { [toWire]: () => 1 }],
    ['an array of a class of its own', new (class extends Array {})()],
    ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: refuse })],
    ['more than fits, in one text', ['a'.repeat(255)]],
    ['more than fits, in many', Array.from({ length: 200 }, () => 1)],
    ['more than fits, in lists', Array.from({ length: 100 }, () => [])],
    ['what is too deep', [[[[[[[[[1]]]]]]]]]],
  ])('leaves %s to others', (_name, value) => {
    expect(written(value)).toBeUndefined();
  });

  it('fills its memory to the last byte', () => {
    const value = ['a'.repeat(252)];
    expect(written(value)).toBe(JSON.stringify(value));
    expect(written(['a'.repeat(253)])).toBeUndefined();
  });

  it('writes one thing at a time, also where a getter wants to write', () => {
    const writer = new JsonWriter();
    const lengths: number[] = [];
    const value = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get: () => lengths.push(writer.write({ other: 'text' })),
    });
    lengths.push(writer.write(value));
    expect(lengths).toEqual([0, '{"a":1,"b":1}'.length]);
    expect(writer.write({})).toBe(0);
    writer.letGo();
    expect(writer.write({})).toBe(2);
    expect(writer.bytes.toString('latin1', 0, 2)).toBe('{}');
  });

  it('tries again some time after what it could not write', () => {
    const writer = new JsonWriter();
    expect(writer.write(['é'])).toBe(0);
    let tries = 0;
    while (writer.write({}) === 0) tries += 1;
    expect(tries).toBe(15);
  });
});
