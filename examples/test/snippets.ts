import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Program } from './programs.ts';

/** A program in a document: a `ts` block that imports a package of Weft, and the `text` block after it, if any. */
export interface Snippet extends Program {
  readonly prints: string | undefined;
}

const BLOCK = /^```ts\n(?<source>[^]*?)^```$(?:\s*^```text\n(?<prints>[^]*?)^```$)?/gm;

/** Reads the programs of a document, named after it and their line in it. */
export async function snippetsOf(root: string, path: string): Promise<Snippet[]> {
  const text = await readFile(path, 'utf8');
  const file = relative(root, path);
  const slug = join(dirname(file), basename(file, '.md')).replace(/\W+/g, '-');
  return [...text.matchAll(BLOCK)].flatMap(({ index, groups }) => {
    const source = groups?.['source'] ?? '';
    if (!/ from '@weft\//.test(source)) return [];
    const line = text.slice(0, index).split('\n').length;
    return [{ name: `${slug}-line-${line}`, source, prints: groups?.['prints']?.trimEnd() }];
  });
}
