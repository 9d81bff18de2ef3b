import { loadTarget } from '@weft/core/lowlevel';
import { ownProcess } from './own-process.ts';

/**
 * Finds what another process refers to. While its module is imported, it may not start processes, which would import it
 * too, and so on without end.
 *
 * @param reference What it is.
 * @returns A promise only if the module takes longer than this turn, because of top-level await.
 */
export function importTarget(reference: Parameters<typeof loadTarget>[0]): ReturnType<typeof loadTarget> {
  const own = ownProcess();
  const done = (): void => {
    own.importing = false;
  };
  own.importing = true;
  let found: ReturnType<typeof loadTarget>;
  try {
    found = loadTarget(reference);
  } catch (error) {
    done();
    throw error;
  }
  if (found instanceof Promise) return found.finally(done);
  done();
  return found;
}
