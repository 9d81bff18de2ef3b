import { describe, expect, it } from 'vitest';
import { catalogue } from '../dist/catalogue.js';
import { describeMachine } from '../dist/machine.js';
import { type CaseResult, measureCase } from '../dist/measure-case.js';
import { losses } from '../dist/report/losses.js';
import { toMarkdown } from '../dist/report/markdown.js';
import { caseTable } from '../dist/report/table.js';
import { median, quantile } from '../dist/statistics.js';

const { python } = await describeMachine();

describe('every case runs, with every subject', () => {
  it.each(catalogue.map((one): [string, typeof one] => [`${one.area}: ${one.name}`, one]))('%s', async (_name, one) => {
    const result = await measureCase(one, { size: 'toy', rounds: 1 });
    const able = one.subjects.filter(({ name }) => python !== undefined || !name.startsWith('Python'));
    const measured = new Set(result.subjects.map(({ name }) => name));
    const failed = result.absent.filter(({ name }) => able.some((subject) => subject.name === name));

    for (const { name, role } of able) if (role !== 'peer') expect(measured, name).toContain(name);
    // A library that does not answer is listed with that; whatever else fails is our mistake.
    for (const { name, reason } of failed) expect(`${name}: ${reason}`).toMatch(/timed out/);
    for (const { samples, version } of result.subjects) {
      expect(samples).toHaveLength(1);
      expect(version).toMatch(/^\d+\.\d+/);
    }
  });
});

describe('a report', () => {
  const subject = (name: string, role: 'ours' | 'peer' | 'floor', figure: number): CaseResult['subjects'][number] => ({
    name,
    role,
    version: '1.0.0',
    median: figure,
    samples: [figure, figure * 2],
    ratioToOurs: 100 / figure,
  });
  const won: CaseResult = {
    area: 'threads',
    case: 'won',
    unit: 'tasks/s',
    better: 'higher',
    subjects: [subject('ours', 'ours', 100), subject('slow', 'peer', 10), subject('bare', 'floor', 1_000)],
    absent: [{ name: 'other', reason: 'it cannot' }],
  };
  const lost: CaseResult = {
    ...won,
    case: 'lost',
    subjects: [subject('ours', 'ours', 100), subject('quick', 'peer', 200)],
  };

  it('names where a peer wins, and no floor', () => {
    expect(losses([won, lost])).toMatchObject([{ case: 'lost', to: 'quick', by: 2 }]);
  });

  it('says of a loss what the figures show, and no more', () => {
    const apart = { ...lost, case: 'cold start to first result' };
    const [ours] = apart.subjects;
    const floor = subject('bare', 'floor', 1_000);
    const far = { ...apart, subjects: [{ ...ours!, samples: [90, 100] }, subject('quick', 'peer', 200), floor] };
    expect(losses([lost])[0]?.why).toBe(
      'their samples overlap, so that another run may say otherwise; no reason is known',
    );
    expect(losses([far])[0]?.why).toMatch(/^ours 100 tasks\/s, theirs 200, the floor 1,000; the library has more code/);
  });

  it('shows the best first, and who cannot', () => {
    const text = caseTable(won);
    expect(text.indexOf('bare')).toBeLessThan(text.indexOf('ours 1.0.0'));
    expect(text.indexOf('ours 1.0.0')).toBeLessThan(text.indexOf('slow'));
    expect(text).toContain('other: it cannot');
    expect(text).toContain('Ours is 10× better than the best peer (slow), 10× worse than the floor (bare).');
  });

  it('becomes a page', async () => {
    const page = toMarkdown({
      machine: await describeMachine(),
      date: '2026-01-01',
      size: 'toy',
      flags: ['--toy'],
      cases: [won, lost],
    });
    expect(page).toContain('| threads: lost | quick | 2× |');
    expect(page).toContain('| **ours** | 1.0.0 | 100 | 100 – 200 |  |');
    expect(page).toContain('`pnpm bench --toy --markdown docs/benchmarks.md`');
    expect(page.match(/^## threads$/gm)).toHaveLength(1);
  });
});

describe('statistics', () => {
  it('takes the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(quantile([1], 0.99)).toBe(1);
  });
});
