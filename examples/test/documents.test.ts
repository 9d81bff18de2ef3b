import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile, compiled, forget } from './programs.ts';
import { snippetsOf } from './snippets.ts';

const FOLDER = '.snippets';
const root = join(import.meta.dirname, '..', '..');

const packages = (await readdir(join(root, 'packages'))).map((name) => join(root, 'packages', name, 'README.md'));
const guides = (await readdir(join(root, 'docs', 'guides'))).map((name) => join(root, 'docs', 'guides', name));
const documents = [join(root, 'README.md'), ...packages, ...guides].filter((path) => existsSync(path));
const snippets = (await Promise.all(documents.map((path) => snippetsOf(root, path)))).flat();

let diagnostics: string[] = [];

beforeAll(async () => {
  diagnostics = await compile(FOLDER, snippets);
});

afterAll(async () => {
  await forget(FOLDER);
});

it.each(snippets)('$name compiles and runs', async ({ name, prints }) => {
  expect(diagnostics.filter((line) => line.includes(`${name}.ts`))).toEqual([]);
  const { stdout, stderr } = await execa(process.execPath, [compiled(FOLDER, name)]);
  expect(stderr).toBe('');
  if (prints !== undefined) expect(stdout).toBe(prints);
});
