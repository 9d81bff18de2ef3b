import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('keeps the process alive until the last holder lets go', async () => {
  const source = `
    import { keepAlive } from '@weft/core/lowlevel';
    const release = [keepAlive(), keepAlive()];
    release[0]();
    release[0]();
    setImmediate(() => setTimeout(() => { console.log('still here'); release[1](); }, 20).unref());
    process.on('exit', () => console.log('gone'));
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], { cwd: import.meta.dirname });
  expect(stdout).toBe('still here\ngone\n');
});
