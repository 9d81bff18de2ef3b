import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Fields of `/proc/<pid>/stat` after the command's name, counted from 0. */
const STATE = 0;
const EXIT_STATUS = 49;

/**
 * What Python calls the exit code: the number of the signal, negated, of one who was ended by a signal.
 *
 * @param code As Node tells it.
 * @param signal As Node tells it.
 */
export function toExitcode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? 0) : -constants.signals[signal];
}

/** Names an exit code for people: `exit code 3`, `SIGKILL`. */
export function nameOfExitcode(exitcode: number): string {
  if (exitcode >= 0) return `exit code ${exitcode}`;
  const name = Object.entries(constants.signals).find(([, number]) => number === -exitcode)?.[0];
  return name ?? `signal ${-exitcode}`;
}

/**
 * Looks whether a child has ended that Node has not taken note of yet, as it does only between two turns of its loop.
 *
 * @returns `undefined` if it lives; otherwise its exit code, where the system tells it.
 */
export function lookForEnd(pid: number): { exitcode: number | undefined } | undefined {
  if (process.platform === 'linux') return lookInProc(pid);
  if (process.platform === 'win32') return isGone(pid) ? { exitcode: undefined } : undefined;
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return state === '' || state.startsWith('Z') ? { exitcode: undefined } : undefined;
}

function lookInProc(pid: number): { exitcode: number | undefined } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return { exitcode: undefined };
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[STATE] !== 'Z' && fields[STATE] !== 'X') return undefined;
  const status = Number(fields[EXIT_STATUS]);
  if (!Number.isInteger(status)) return { exitcode: undefined };
  const signal = status & 0x7f;
  return { exitcode: signal === 0 ? status >> 8 : -signal };
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
