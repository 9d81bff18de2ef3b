import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const ATTEMPTS = 20;

/** Starts the program as the leader of a group of its own, as a shell does. */
function start(...args: string[]): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [cli, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, printed: () => text };
}

type End = [status: number | null, signal: NodeJS.Signals | null];

/**
 * Starts the program, lets it come as far as is wanted, and interrupts it. Some are soon done: one that had ended well
 * before it could be interrupted tells nothing, and the next one is started.
 */
async function interrupt(
  args: string[],
  sign: string,
  processes: number,
): Promise<{ leader: number; status: number | null }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { child, printed } = start(...args);
    const ended = once(child, 'close') as Promise<End>;
    const leader = child.pid ?? 0;
    const hasCome = () => printed().includes(sign) && groupOf(leader).length >= processes;
    await new Promise<void>((resolve) => {
      const look = () => hasCome() && resolve();
      child.stdout?.on('data', look);
      const looking = setInterval(look, 20);
      void ended.finally(() => clearInterval(looking)).then(() => resolve());
    });
    if (groupOf(leader).length > 0) process.kill(-leader, 'SIGINT');
    const status = asShellsSay(...(await ended));
    if (status !== 0) return { leader, status };
  }
  throw new Error(`Cannot interrupt ${args.join(' ')} in ${ATTEMPTS} runs: each had ended before`);
}

/** The processes of a group that have not ended. */
function groupOf(leader: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(group) === leader && state !== 'Z' && state !== 'X';
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.runIf(process.platform === 'linux')('Ctrl-C', () => {
  it.each([
    ['before anything happens', ['run', 'threading'], '', 1],
    ['while threads print', ['run', 'threading'], 'Thread: ', 1],
    ['while tasks sleep', ['run', 'asyncio'], 'Task 2: 1', 1],
    ['after the pool has worked', ['run', 'combined'], 'Starting I/O task', 1],
    ['in the middle of everything', [], 'Square of 5: 25', 1],
    ['while the comparison is measured', [], 'measured just now', 3],
    ['while a failure hangs', ['gallery', 'deadlock'], '', 2],
    ['while the page is served', ['serve'], 'http://127.0.0.1', 1],
  ])('ends everything with status 130 %s', async (_, args, sign, processes) => {
    const { leader, status } = await interrupt(args, sign, processes);
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

/** The status that a shell shows: before the program has loaded, the system itself ends it. */
function asShellsSay(status: number | null, signal: NodeJS.Signals | null): number | null {
  return signal === null ? status : 128 + constants.signals[signal];
}
