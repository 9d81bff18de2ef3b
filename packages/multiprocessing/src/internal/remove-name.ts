import { unlinkSync } from 'node:fs';

/**
 * Removes the name of a pipe or a socket, if it is there.
 *
 * `rmSync` would look at it first, and Node before 24 takes the kind of what it looked at last for that of the next
 * folder it resolves: the links below that would not be followed, and a module behind one would be loaded twice.
 */
export function removeName(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
