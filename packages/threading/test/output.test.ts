import { hasPty, runScript } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const LINES = 300;
const printing = (join: string): string => `
import { Thread, isMain } from '@weft/threading';
export function print(name) {
  for (let line = 0; line < ${LINES}; line += 1) console.log(name + ' ' + line + ' ' + 'x'.repeat(line % 97));
  console.error(name + ' is done');
}
if (isMain(import.meta)) {
  const threads = ['a', 'b', 'c'].map((name) => new Thread({ target: print, args: [name] }).start());
  for (let line = 0; line < ${LINES}; line += 1) console.log('main ' + line + ' ' + 'x'.repeat(line % 97));
  ${join}
  console.log('All threads have finished.');
}
`;

const joins = {
  'joinSync()': 'for (const thread of threads) thread.joinSync();',
  'await join()': 'for (const thread of threads) await thread.join();',
};

describe('output of threads', () => {
  for (const [name, join] of Object.entries(joins)) {
    for (const stdio of ['pipe', 'file', ...(hasPty ? (['pty'] as const) : [])] as const) {
      it(`is whole lines, all of them out before ${name} is done, to a ${stdio}`, async () => {
        const { stdout, stderr, exitCode } = await runScript(printing(join), { stdio, timeout: 120_000 });
        const lines = stdout.replaceAll('\r', '').trimEnd().split('\n');
        expect(lines.filter((line) => !/^(main|a|b|c) \d+ x*$/.test(line)).toSorted()).toEqual(
          stdio === 'pty'
            ? ['All threads have finished.', 'a is done', 'b is done', 'c is done']
            : ['All threads have finished.'],
        );
        expect(lines.at(-1)).toBe('All threads have finished.');
        expect(exitCode).toBe(0);
        for (const thread of ['main', 'a', 'b', 'c']) {
          const own = lines.filter((line) => line.startsWith(`${thread} `) && !line.endsWith('done'));
          expect(own.map((line) => Number(line.split(' ')[1]))).toEqual(
            Array.from({ length: LINES }, (_, line) => line),
          );
        }
        if (stdio !== 'pty')
          expect(stderr.trimEnd().split('\n').toSorted()).toEqual(['a is done', 'b is done', 'c is done']);
      });
    }
  }

  it('appears while the main thread is blocked', async () => {
    const { stdout } = await runScript(`
      import { Event, Thread, isMain } from '@weft/threading';
      import { writeSync } from 'node:fs';
      export function print(printed) { console.log('from the thread'); printed.set(); }
      if (isMain(import.meta)) {
        const printed = new Event();
        const thread = new Thread({ target: print, args: [printed] }).start();
        printed.waitSync();
        writeSync(1, 'then the main thread\\n');
        thread.joinSync();
      }
    `);
    expect(stdout).toBe('from the thread\nthen the main thread\n');
  });
});

it('tells the main thread when its reader has gone, also once a thread has started', async () => {
  const { stdout } = await runScript(
    `
    import { spawn } from 'node:child_process';
    import { writeSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    import { Thread, isMain } from '@weft/threading';
    export function nothing() {}
    async function write() {
      await new Thread({ target: nothing }).start().join();
      process.stdout.on('error', (error) => { writeSync(2, error.code); process.exit(9); });
      setInterval(() => console.log('line'), 1);
      setTimeout(() => process.exit(0), 60_000);
    }
    if (isMain(import.meta)) {
      if (process.argv[2] === 'write') await write();
      else {
        const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'write']);
        child.stdout.destroy();
        child.stderr.pipe(process.stdout);
        child.on('close', (code) => console.log(' ' + code));
      }
    }`,
    { timeout: 90_000 },
  );
  expect(stdout).toBe('EPIPE 9\n');
});
