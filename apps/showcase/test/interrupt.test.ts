import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Starts the program as the leader of a group of its own, as a shell does. */
function start(...args: string[]): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [cli, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, printed: () => text };
}

/** The processes of a group that have not ended. */
function groupOf(leader: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
        return Number(group) === leader && state !== 'Z' && state !== 'X';
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.runIf(process.platform === 'linux')('Ctrl-C', () => {
  it.each([
    ['while threads start', ['run', 'threading'], ''],
    ['while tasks sleep', ['run', 'asyncio'], 'Task 2: 1'],
    ['after the pool has worked', ['run', 'combined'], 'Starting I/O task'],
    ['in the middle of everything', [], 'Square of 5: 25'],
    ['while the comparison is measured', [], 'measured just now'],
    ['while a failure hangs', ['gallery', 'deadlock'], ''],
    ['while the page is served', ['serve'], 'http://127.0.0.1'],
  ])('ends everything with status 130 %s', async (_, args, sign) => {
    const { child, printed } = start(...args);
    const ended = once(child, 'close');
    const leader = child.pid ?? 0;
    await until(() => printed().includes(sign) && groupOf(leader).length > 0, 'it has printed the sign', 60_000);
    if (sign === '') await until(() => caught(leader));
    process.kill(-leader, 'SIGINT');
    const [status] = (await ended) as [number | null];
    expect(status).toBe(130);
    await until(() => groupOf(leader).length === 0);
  });

  it('reaches the children when only the program itself gets the signal', async () => {
    const { child, printed } = start('run', 'combined');
    const ended = once(child, 'close');
    const leader = child.pid ?? 0;
    await until(() => printed().includes('CPU-bound results'), 'the pool has worked', 60_000);
    process.kill(leader, 'SIGINT');
    expect(await ended).toEqual([130, null]);
    await until(() => groupOf(leader).length === 0);
  });
});

/** Whether the process handles SIGINT by now: before, the system itself ends it. */
function caught(pid: number): boolean {
  const mask = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & 2n) !== 0n;
}
