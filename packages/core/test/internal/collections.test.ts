import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deque, Heap } from '@weft/core/lowlevel';

const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('pushBack', 'pushFront'), value: fc.integer() }),
  fc.record({ kind: fc.constantFrom('popFront', 'popBack', 'peekFront') }),
);

describe('Deque', () => {
  it('behaves as an array does, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(step as fc.Arbitrary<{ kind: string; value?: number }>, { maxLength: 200 }), (steps) => {
        const deque = new Deque<number>();
        const model: number[] = [];
        for (const { kind, value = 0 } of steps) {
          if (kind === 'pushBack') (deque.pushBack(value), model.push(value));
          if (kind === 'pushFront') (deque.pushFront(value), model.unshift(value));
          if (kind === 'popFront') expect(deque.popFront()).toBe(model.shift());
          if (kind === 'popBack') expect(deque.popBack()).toBe(model.pop());
          if (kind === 'peekFront') expect(deque.peekFront()).toBe(model[0]);
          expect(deque.size).toBe(model.length);
        }
        expect([...deque]).toEqual(model);
        deque.clear();
        expect([...deque]).toEqual([]);
      }),
    );
  });
});

describe('Heap', () => {
  it('gives items from the smallest to the largest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const heap = new Heap<number>((a, b) => a - b);
        for (const item of items) heap.push(item);
        expect(heap.peek()).toBe(items.length === 0 ? undefined : Math.min(...items));
        const taken = items.map(() => heap.pop());
        expect(taken).toEqual(items.toSorted((a, b) => a - b));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });

  it('is as it was before when the comparator throws', () => {
    let failing = false;
    const heap = new Heap<number>((a, b) => {
      if (failing) throw new TypeError('cannot compare');
      return a - b;
    });
    for (const item of [5, 3, 8, 1]) heap.push(item);
    failing = true;
    expect(() => heap.push(2)).toThrow(TypeError);
    expect(() => heap.pop()).toThrow(TypeError);
    failing = false;
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([1, 3, 5, 8, undefined]);
  });
});
