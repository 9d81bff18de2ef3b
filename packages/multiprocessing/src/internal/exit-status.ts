import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Spawned } from './spawn.ts';

/** The signals that have no names, and that Node says nothing of. */
const FIRST_REALTIME = 32;
const LAST_REALTIME = 64;

/** Fields of `/proc/<pid>/stat` after the command's name, counted from 0. */
const STATE = 0;
const EXIT_STATUS = 49;

/** Tells how a child has ended, when Node does. */
export function onExit({ pid, handle, channel }: Spawned, callback: (exitcode: number) => void): void {
  let unnamed: number | undefined;
  channel.once('end', () => (unnamed = unnamedSignal(pid)));
  handle.once('exit', (code, signal) => callback(toExitcode(code, signal, unnamed)));
}

/**
 * What Python calls the exit code: the number of the signal, negated, of one who was ended by a signal.
 *
 * @param code As Node tells it.
 * @param signal As Node tells it.
 * @param unnamed What {@link unnamedSignal} told while the child ended.
 */
export function toExitcode(code: number | null, signal: NodeJS.Signals | null, unnamed?: number): number {
  if (signal !== null) return -constants.signals[signal];
  return unnamed !== undefined && (code ?? 0) === 0 ? -unnamed : (code ?? 0);
}

/**
 * Says which real-time signal ends a child, while the system still knows: Node calls that exit code 0.
 *
 * Ask when the child's side of a socket has closed: it closes before the child's parent is told of the end, and the
 * status is set before that.
 */
function unnamedSignal(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const signal = Number(statOf(pid)?.[EXIT_STATUS]) & 0x7f;
  return signal >= FIRST_REALTIME && signal <= LAST_REALTIME ? signal : undefined;
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

function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function lookInProc(pid: number): { exitcode: number | undefined } | undefined {
  const fields = statOf(pid);
  if (fields === undefined) return { exitcode: undefined };
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
