import { InvalidStateError } from '@weft/core';
import { ownProcess } from './own-process.ts';

/** Refuses, in daemons and in children that only import a module yet. */
export function checkMayHaveChildren(): void {
  checkIsNotImporting();
  const own = ownProcess();
  if (own.daemon)
    throw new InvalidStateError(`Cannot start a process: ${own.name} is a daemon, and daemons may not have children`);
}

/** Refuses in children that only import a module yet. */
export function checkIsNotImporting(): void {
  if (!ownProcess().importing) return;
  throw new InvalidStateError(
    'Cannot start a process while a child imports this module to find its target: it would start children without end; ' +
      'put what starts processes behind "if (isMain(import.meta))"',
  );
}
