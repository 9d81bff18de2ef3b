import { loadBinary } from './libc.ts';

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Whether the system can probably end a child with its parent. */
export function canDieWithParent(): boolean {
  return process.platform === 'linux' && process.env['WEFT_SHARED_MEMORY'] !== 'broker';
}

/**
 * Has the system end this process when its parent ends, however that happens and whatever this process is doing.
 *
 * @param parent The parent's process id.
 * @returns Whether the system can; if not, the parent sees to it in another way.
 */
export function dieWithParent(parent: number): boolean {
  if (!canDieWithParent()) return false;
  try {
    const prctl = loadBinary()?.load(null).func('int prctl(int option, unsigned long argument)');
    if (prctl?.(PR_SET_PDEATHSIG, SIGKILL) !== 0) return false;
  } catch {
    return false;
  }
  // It may have died before the system was told.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  return true;
}
