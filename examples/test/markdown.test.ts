import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const documents: string[] = [];
const patterns = ['*.md', '{docs,examples}/**/*.md', '{packages,apps,tooling}/*/README.md', 'packages/*/src/**/*.md'];
for await (const path of glob(patterns, { cwd: root, exclude: (name) => /(^|\/)node_modules$/.test(String(name)) }))
  documents.push(path);

/** The text without what is code, in which bars and brackets mean something else. */
async function proseOf(path: string): Promise<string> {
  const text = await readFile(join(root, path), 'utf8');
  return text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, 'code');
}

it.each(documents)('%s has tables whose rows are as long as their heads', async (path) => {
  const short: string[] = [];
  let columns = 0;
  for (const line of (await proseOf(path)).split('\n')) {
    const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
    if (cells === 0 || columns === 0) columns = cells;
    if (cells !== columns) short.push(line);
  }
  expect(short).toEqual([]);
});

it.each(documents)('%s links to files that are there', async (path) => {
  const links = [...(await proseOf(path)).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
  const relative = links.filter((link) => !/^[a-z]+:/.test(link));
  expect(relative.filter((link) => !existsSync(join(root, dirname(path), decodeURI(link))))).toEqual([]);
});
