import { type Attendant, startAttendant } from './attendant.ts';

/** How long a process that ends by itself may take for it once its parent is gone, in seconds. */
const PATIENCE = 1;

/** Keeps lists of processes, as its input tells; when its input ends, the parent is gone, and they are killed. */
const SCRIPT = `trap '' HUP INT TERM
pids=' '
patient=' '
while read -r change pid; do
  case $change in
    add) pids="$pids$pid " ;;
    del) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
    await) patient="$patient$pid " ;;
    leave) patient="\${patient%% $pid *} \${patient#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
[ "$patient" = ' ' ] || sleep ${PATIENCE}
for pid in $patient; do kill -9 "$pid" 2>/dev/null; done`;

let guardian: Attendant | undefined;

/**
 * Sees to it that a child does not outlive this process, where the system cannot.
 *
 * @param pid The child's process id.
 * @param endsItself Whether it ends by itself with its parent, unless it is too busy to: then it has a moment for it.
 * @returns Lets go of it; to be called when the child has ended.
 */
export function guard(pid: number, endsItself = false): () => void {
  if (process.platform === 'win32') return () => {};
  guardian ??= startAttendant('/bin/sh', ['-c', SCRIPT, 'weft-guardian'], { cwd: '/' });
  const input = guardian.stdin;
  const [begin, end] = endsItself ? ['await', 'leave'] : ['add', 'del'];
  input.write(`${begin} ${pid}\n`);
  return () => input.write(`${end} ${pid}\n`);
}
