import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** A process beside this one, which lives until its input ends: that the end of this process does, however it comes. */
export interface Attendant extends ChildProcess {
  stdin: Socket;
}

/**
 * Starts a process that attends to this one without keeping it alive, in a session of its own, so that Ctrl-C in the
 * terminal does not end it. A program that is not there is no error: then nothing reads the input.
 *
 * @param options Where it runs, and whether what it complains of is shown.
 * @throws {Error} With the code `EMFILE` if too many files are open.
 */
export function startAttendant(
  program: string,
  args: readonly string[],
  { cwd, stderr = 'ignore' }: { cwd?: string; stderr?: 'ignore' | 'inherit' },
): Attendant {
  // Not loaded with this module: a child that starts no process would wait for it.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const attendant = spawn(program, args, { stdio: ['pipe', 'ignore', stderr], detached: true, cwd });
  attendant.on('error', () => {});
  const input = attendant.stdin as Socket | undefined;
  if (input === undefined)
    throw Object.assign(new Error(`Cannot start ${program}: too many files are open`), { code: 'EMFILE' });
  attendant.unref();
  input.unref();
  input.on('error', () => {});
  return attendant as unknown as Attendant;
}
