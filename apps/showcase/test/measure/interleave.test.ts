import { expect, it } from 'vitest';
import { interleave } from '../../dist/measure/interleave.js';

it('measures case after case, and every second round backwards', async () => {
  const order: string[] = [];
  const cases = ['a', 'b', 'c'].map((name) => ({
    name,
    measure: async () => {
      order.push(name);
      return order.length;
    },
  }));
  const steps: string[] = [];
  const samples = await interleave(cases, 3, (name) => steps.push(name));
  expect(order.join('')).toBe('abccbaabc');
  expect(steps).toEqual(order);
  expect(samples.get('a')).toEqual([1, 6, 7]);
});
