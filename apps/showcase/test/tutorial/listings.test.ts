import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleNames } from '../../dist/examples/index.js';
import { compareOutputs } from '../../dist/tutorial/compare-outputs.js';
import { pythonVersion } from '../../dist/tutorial/python.js';
import { runListing } from '../../dist/tutorial/run-listing.js';
import { sourceOf } from '../../dist/tutorial/source-of.js';

const python = await pythonVersion();

describe('the listings', () => {
  it.each(exampleNames)('show the text of the module that runs: %s', async (name) => {
    const source = await sourceOf(new URL(`../../dist/examples/${name}.js`, import.meta.url));
    expect(source).toBe(readFileSync(new URL(`../../src/examples/${name}.ts`, import.meta.url), 'utf8').trimEnd());
  });

  it.each(exampleNames)('show what both programs printed, or that there is no Python: %s', async (name) => {
    const listing = await runListing(name, python !== undefined);
    expect(listing.typescript.output).not.toBe('');
    expect(listing.python.source).toContain('import');
    if (python === undefined) expect(listing.comparison).toBe('no Python');
    else expect(listing.comparison).toMatch(/^the same/);
  });

  it('say that there is no Python when it is left out', async () => {
    const { comparison, python: theirs } = await runListing('multiprocessing', false);
    expect(comparison).toBe('no Python');
    expect(theirs).not.toHaveProperty('output');
  });
});

describe('compareOutputs', () => {
  it('tells the same from the different', () => {
    expect(compareOutputs('a\nb\n', 'a\r\nb', false)).toBe('the same');
    expect(compareOutputs('a\nb', 'b\na', false)).toBe('different');
  });

  it('lets the lines of threads come in any order, but for the last one', () => {
    expect(compareOutputs('a\nb\nend', 'b\na\nend', true)).toBe('the same lines, interleaved differently');
    expect(compareOutputs('a\nend\nb', 'a\nb\nend', true)).toBe('different');
    expect(compareOutputs('a\na\nend', 'a\nb\nend', true)).toBe('different');
  });

  it("knows Python's lines where another thread's came before their end", () => {
    const torn = 'the same lines, some torn by Python';
    expect(compareOutputs('a\nb\nend', 'ab\n\nend', true)).toBe(torn);
    expect(compareOutputs('a\nb\nc\nend', 'ba\n\nc\nend', true)).toBe(torn);
    expect(compareOutputs('a\nb\nend', 'ab\nend', true)).toBe('different');
    expect(compareOutputs('a\nb\nend', 'aa\n\nend', true)).toBe('different');
    expect(compareOutputs('ab\nc\nend', 'a\nbc\nend', true)).toBe('different');
    expect(compareOutputs('a\nb\nend', 'ab\n\nend', false)).toBe('different');
  });
});

it('has the Python programs of the tutorial', () => {
  for (const name of exampleNames)
    expect(existsSync(new URL(`../../python/${name}_example.py`, import.meta.url))).toBe(true);
});
