import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runScript } from '@weft/testkit';

/** Runs a test file in a vitest of its own, since a leak fails the test itself. */
async function outcomeOf(body: string): Promise<string> {
  const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url);
  const folder = mkdtempSync(new URL('../reports/leak-', import.meta.url).pathname);
  try {
    writeFileSync(
      `${folder}/leak.test.ts`,
      `import { Worker } from 'node:worker_threads';
       import { spawn } from 'node:child_process';
       import { createServer } from 'node:net';
       import { rmSync, writeFileSync } from 'node:fs';
       import { tmpdir } from 'node:os';
       import { it, onTestFinished } from 'vitest';
       import { leakCheck } from '@weft/testkit';
       leakCheck({ patience: 100 });
       it('leaks', async () => { ${body} });
       it('comes after it', () => {});`,
    );
    const result = await runScript(vitest, {
      args: [
        'run',
        '--root',
        new URL('..', import.meta.url).pathname,
        '--dir',
        folder,
        '--config',
        'test/fixtures/leak.config.ts',
      ],
    });
    return result.stdout + result.stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it.each([
  ['nothing', '', /2 passed/],
  ['a thread', `new Worker('setInterval(() => {}, 1000)', { eval: true }).unref();`, /left behind thread: thread \d+/],
  ['a process', `spawn('sleep', ['3'], { stdio: 'ignore' }).unref();`, /left behind process: \d+ sleep 3/],
  ['a server', `await new Promise((done) => createServer().listen(0, done));`, /left behind handle: TCPServerWrap/],
  [
    'shared memory',
    `const path = '/dev/shm/weft-' + process.pid + '.1-test'; writeFileSync(path, ''); onTestFinished(() => rmSync(path));`,
    /left behind shared memory: weft-\d+\.1-test/,
  ],
  ['a file', `writeFileSync(tmpdir() + '/left.txt', '');`, /left behind file: left.txt/],
])('finds %s that a test leaves behind', async (_what, body, expected) => {
  expect(await outcomeOf(body)).toMatch(expected);
});

it('blames the test that leaks, and not the next one', async () => {
  const output = await outcomeOf(`await new Promise((done) => createServer().listen(0, done));`);
  expect(output).toMatch(/1 failed/);
  expect(output).toMatch(/1 passed/);
});
