import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snippetsOf } from './snippets.ts';

const root = join(import.meta.dirname, '..', '..');
const scratch = join(import.meta.dirname, '..', '.snippets');

const packages = (await readdir(join(root, 'packages'))).map((name) => join(root, 'packages', name, 'README.md'));
const guides = (await readdir(join(root, 'docs', 'guides'))).map((name) => join(root, 'docs', 'guides', name));
const documents = [join(root, 'README.md'), ...packages, ...guides].filter((path) => existsSync(path));
const snippets = (await Promise.all(documents.map((path) => snippetsOf(root, path)))).flat();

let diagnostics = '';

beforeAll(async () => {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  const config = {
    extends: '@weft/tsconfig/base.json',
    // As strict as most readers' projects: indexing gives no `undefined`.
    compilerOptions: { rootDir: '.', outDir: 'dist', noEmitOnError: false, noUncheckedIndexedAccess: false },
    include: ['*.ts'],
  };
  await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  await Promise.all(snippets.map(({ name, source }) => writeFile(join(scratch, `${name}.ts`), source)));
  const { stdout } = await execa('tsc', ['-p', scratch, '--pretty', 'false'], { preferLocal: true, reject: false });
  diagnostics = stdout;
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

it.each(snippets)('$name compiles and runs', async ({ name, prints }) => {
  expect(diagnostics.split('\n').filter((line) => line.includes(`${name}.ts`))).toEqual([]);
  const { stdout, stderr } = await execa(process.execPath, [join(scratch, 'dist', `${name}.js`)]);
  expect(stderr).toBe('');
  if (prints !== undefined) expect(stdout).toBe(prints);
});
