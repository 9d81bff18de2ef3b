import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../dist/claims/verdict.js';
import { exitStatus } from '../../dist/report/exit-status.js';
import { judged } from '../fixtures/report.ts';

const claim = (verdict: Verdict, expected: Verdict) => judged({ verdict, expected });

describe('exitStatus', () => {
  it('is 0 when everything is as expected, refuted claims too', () => {
    expect(exitStatus([])).toBe(0);
    expect(exitStatus([claim('confirmed', 'confirmed'), claim('refuted', 'refuted')])).toBe(0);
  });

  it('is 1 when a verdict changed', () => {
    expect(exitStatus([claim('refuted', 'confirmed'), claim('inconclusive', 'confirmed')])).toBe(1);
    expect(exitStatus([claim('confirmed', 'confirmed only with an emulated GIL')])).toBe(1);
  });

  it('is 2 when nothing changed but something could not be measured', () => {
    expect(exitStatus([claim('confirmed', 'confirmed'), claim('inconclusive', 'refuted')])).toBe(2);
  });
});
