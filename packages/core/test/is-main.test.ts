import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMain } from '@weft/core';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const program = fileURLToPath(new URL('fixtures/program.mjs', import.meta.url));

it('is true in the program, false in what it imports and where another thread imports the program', async () => {
  expect((await run(process.execPath, [program])).stdout).toBe('true false\nfalse false\n');
});

it('is false in a program that only imports the module', async () => {
  const other = fileURLToPath(new URL('fixtures/imports-program.mjs', import.meta.url));
  expect((await run(process.execPath, [other])).stdout).toBe('false false\n');
});

it('says what it wants if it is given no import.meta', () => {
  for (const bad of [null, undefined, 5, {}, { url: 5 }])
    expect(() => isMain(bad as never)).toThrow(/^Cannot tell whether .* is the main module: pass its import\.meta$/);
});
