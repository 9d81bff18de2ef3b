import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { leakCheck, runScript } from '@weft/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

leakCheck();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-links-'));
  for (const name of ['first', 'second']) {
    writeFileSync(join(folder, `real-${name}.mjs`), 'export const url = import.meta.url;');
    symlinkSync(`real-${name}.mjs`, join(folder, `${name}.mjs`));
  }
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

// Node before 24 takes what a synchronous look at a pipe or a socket left behind for the kind of the next folder that
// it resolves, and leaves the links below it as they are: a module behind one would be there twice.
describe('a module behind a link is found where it really is', () => {
  it.each([
    ['after a lock was taken over the broker', 'new Lock().tryAcquire();'],
    ['where a child has printed', 'await new Process({ target: printLine }).start().join();'],
  ])('%s', async (_when, act) => {
    const link = (name: string): string => JSON.stringify(pathToFileURL(join(folder, `${name}.mjs`)).href);
    const { stdout, stderr } = await runScript(
      `
      import { Lock, Process } from '@weft/multiprocessing';
      import { printLine } from '${new URL('fixtures/link.mjs', import.meta.url).href}';
      await import(${link('first')});
      ${act}
      console.log((await import(${link('second')})).url);
      process.exit();
    `,
      {
        env: {
          WEFT_SHARED_MEMORY: 'broker',
          WEFT_LINK: pathToFileURL(join(folder, 'second.mjs')).href,
        },
      },
    );
    expect(stderr).toBe('');
    for (const line of stdout.trim().split('\n')) expect(line).toContain('/real-second.mjs');
  });
});
