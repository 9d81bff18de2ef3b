import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coverage, idsOf, suites } from './catalogue.ts';

it.each(Object.entries(suites))('gives each row of %s a title of its own with ids', (_suite, rows) => {
  for (const { title } of rows)
    expect(idsOf(title), title).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(TH|QU|FU|AS|MP)-\d{3}$|^API-\d$/)]),
    );
  const titles = rows.map((row) => row.title);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

it('says in the README which suites cover which row', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme.split('\n').filter((line) => /^\| (TH|QU|FU|AS|MP|API)-/.test(line))).toEqual(coverage());
});
