import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK = 100;
/** Who needs so long to begin may be silent for so many times as long. */
const PATIENCE = 10;

/**
 * Waits until nothing has been written into a folder for long. What is long depends on how long it took until something
 * was written at all: a busy machine is given more time.
 *
 * @param folder Where a traced program writes its records.
 * @param signal Ends the wait.
 * @returns Whether it has become silent; `false` if the signal aborted first.
 */
export async function becomesSilent(folder: string, signal: AbortSignal): Promise<boolean> {
  const begun = performance.now();
  let [written, changed, patience] = [0, begun, Infinity];
  while (!signal.aborted) {
    await delay(LOOK);
    const size = await sizeOf(folder).catch(() => written);
    const now = performance.now();
    if (size !== written) {
      if (written === 0) patience = PATIENCE * (now - begun);
      [written, changed] = [size, now];
    } else if (now - changed > patience) {
      return true;
    }
  }
  return false;
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((total, size) => total + size, 0);
}
