import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quick } from '../../dist/measure/scale.js';
import { measurePython, pythonVersion } from '../../dist/tutorial/python.js';

const { PATH } = process.env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'showcase-test-'));
  process.env['PATH'] = folder;
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(folder, { recursive: true });
});

async function install(script: string): Promise<void> {
  await writeFile(join(folder, 'python3'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'python3'), 0o755);
}

it('finds no Python where there is none, or one that does not work', async () => {
  expect(await pythonVersion()).toBeUndefined();
  await install('exit 1');
  expect(await pythonVersion()).toBeUndefined();
});

it.each([
  ['fails', 'exit 3'],
  ['answers what cannot be read', 'echo hello'],
])('says that a Python that %s could not be measured', async (_, script) => {
  await install(script);
  await expect(measurePython('3.14', quick)).rejects.toThrow(/^The real Python could not be measured: /);
});
