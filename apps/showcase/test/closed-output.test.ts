import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

it.each([['run'], ['run', 'asyncio']])(
  'showcase %s %s ends without a word when nobody reads it any more',
  async (...args) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    const complaints = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await ended).toEqual([141, null]);
    expect(await complaints).toBe('');
  },
);
