import { InvalidStateError } from '@weft/core';

let importing = false;

/**
 * Loads what a thread begins with. Until it is there the thread may start no others: a module that starts threads while
 * it is imported, and is imported by each of them, would start threads without end.
 *
 * @param load Gives the function, or a promise of it.
 * @returns What `load` returned.
 */
export function importFirst<T>(load: () => T | Promise<T>): T | Promise<T> {
  importing = true;
  let found: T | Promise<T> | undefined;
  try {
    found = load();
    return found instanceof Promise ? found.finally(allow) : found;
  } finally {
    if (!(found instanceof Promise)) allow();
  }
}

/** Refuses in a thread that only imports a module yet. */
export function checkMayStart(): void {
  if (!importing) return;
  throw new InvalidStateError(
    'Cannot start a thread while another one imports this module to find its target: it would start threads without end; ' +
      'put what starts threads behind "if (isMain(import.meta))"',
  );
}

function allow(): void {
  importing = false;
}
