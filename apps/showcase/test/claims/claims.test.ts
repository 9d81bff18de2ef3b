import { describe, expect, it } from 'vitest';
import { claims } from '../../dist/claims/index.js';
import { judgeClaims } from '../../dist/claims/judge-claims.js';
import { full } from '../../dist/measure/scale.js';
import { sections } from '../../dist/tutorial/sections.js';
import { tutorialTable } from '../../dist/tutorial/table.js';

const lab = { scale: full, cores: 2, comparison: { rows: [], startCosts: [] } };

/** What the tutorial says, in its sections, its table and the comments of its programs. */
const words = [
  ...sections.flatMap(({ paragraphs, points = [] }) => [...paragraphs, ...points]),
  ...tutorialTable.flatMap(({ technique, bestFor, drawbacks }) => [drawbacks, `${technique}: Best For ${bestFor}`]),
  'Example: Using asyncio to perform two tasks concurrently',
].join('\n');

describe('the claims', () => {
  it.each(claims.map((claim) => [claim.id, claim] as const))(
    'quotes the tutorial word for word: %s',
    (_, { sentence }) => {
      expect(words.toLowerCase()).toContain(sentence.toLowerCase());
    },
  );

  it.each(claims.map((claim) => [claim.id, claim] as const))(
    'has thresholds for any number of cores: %s',
    (_, claim) => {
      for (const cores of [1, 2, 4, 64]) {
        const thresholds = claim.thresholds(cores);
        expect(thresholds.length).toBeGreaterThan(0);
        for (const { atLeast, atMost } of thresholds) expect(atLeast ?? atMost).toEqual(expect.any(Number));
      }
    },
  );

  it('have names of their own', () => {
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length);
  });

  it('ask of 64 cores no more than of 4', () => {
    const scales = claims.find(({ id }) => id === 'processes-scale');
    expect(scales?.thresholds(2)[0]?.atLeast).toBeCloseTo(1.2);
    expect(scales?.thresholds(64)).toEqual(scales?.thresholds(4));
  });
});

describe('judgeClaims', () => {
  const claim = {
    ...claims[0],
    id: 'made-up',
    thresholds: () => [{ metric: 'size', unit: '', atLeast: 1 }],
    expected: 'confirmed' as const,
  };

  it('judges what was measured', async () => {
    const [judged] = await judgeClaims([{ ...claim, measure: async () => ({ size: [2] }) } as never], lab, () => {});
    expect(judged).toMatchObject({ id: 'made-up', verdict: 'confirmed', samples: { size: [2] } });
  });

  it('goes on after an experiment that failed, and tells why', async () => {
    const failing = { ...claim, measure: () => Promise.reject(new Error('no memory')) };
    const fine = { ...claim, id: 'fine', measure: async () => ({ size: [0] }) };
    const judged = await judgeClaims([failing, fine] as never, lab, () => {});
    expect(judged.map(({ verdict, trouble }) => [verdict, trouble])).toEqual([
      ['inconclusive', 'Error: no memory'],
      ['refuted', undefined],
    ]);
  });

  it('does not even try with too few cores', async () => {
    const [judged] = await judgeClaims(
      [{ ...claim, cores: 4, measure: () => Promise.reject(new Error('tried')) } as never],
      lab,
      () => {},
    );
    expect(judged).toMatchObject({ verdict: 'inconclusive', trouble: 'It takes 4 cores to tell' });
  });

  it('does not even try while other programs keep the machine busy', async () => {
    const row = {
      technique: 'sequential',
      workload: 'CPU-bound',
      wallTime: { median: 200 },
      cpuSeconds: { median: 0.1 },
    };
    const busy = { ...lab, comparison: { rows: [row], startCosts: [] } } as never;
    const measure = () => Promise.reject(new Error('tried'));
    const [judged] = await judgeClaims([{ ...claim, cores: 2, measure } as never], busy, () => {});
    expect(judged).toMatchObject({ verdict: 'inconclusive' });
    expect(judged?.trouble).toContain('50 %');
  });
});
