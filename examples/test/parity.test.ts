import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as asyncio from '@weft/async';
import * as combined from '@weft/combined';
import * as multiprocessing from '@weft/multiprocessing';
import * as threading from '@weft/threading';
import { expect, it } from 'vitest';

const exported = {
  threading,
  queue: threading,
  contextvars: asyncio,
  'concurrent.futures': { ...combined.futures, ...threading, ...multiprocessing },
  multiprocessing,
  'multiprocessing.shared_memory': multiprocessing,
  'multiprocessing.connection': multiprocessing,
  asyncio: { ...combined, ...asyncio },
};

const names = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'python-names.json'), 'utf8')) as Record<
  string,
  string[]
>;
const parity = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'python-parity.md'), 'utf8');

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

it.each(Object.entries(exported))('accounts for every public name of %s [MP-287]', (module, ours) => {
  const missing = (names[module] ?? ['the list of names']).filter(
    (name) => !(camelCase(name) in ours) && !new RegExp(`\\b${name}\\b`).test(parity),
  );
  expect(missing).toEqual([]);
});
