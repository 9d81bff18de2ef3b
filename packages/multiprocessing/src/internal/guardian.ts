import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Keeps a list of processes, as its input tells; when its input ends, the parent is gone, and they are killed. */
const SCRIPT = `trap '' HUP INT TERM
pids=' '
while read -r change pid; do
  case $change in
    add) pids="$pids$pid " ;;
    del) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done`;

let guardian: ChildProcess | undefined;

/**
 * Sees to it that a child does not outlive this process, where the system cannot.
 *
 * @param pid The child's process id.
 * @returns Lets go of it; to be called when the child has ended.
 */
export function guard(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  guardian ??= start();
  const input = guardian.stdin as Socket;
  input.write(`add ${pid}\n`);
  return () => input.write(`del ${pid}\n`);
}

function start(): ChildProcess {
  const started = spawn('/bin/sh', ['-c', SCRIPT, 'weft-guardian'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  started.on('error', () => {});
  started.stdin.on('error', () => {});
  started.unref();
  (started.stdin as Socket).unref();
  return started;
}
