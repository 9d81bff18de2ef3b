import { tmpdir } from 'node:os';
import { removeName } from './remove-name.ts';
import { track } from './resource-tracker.ts';
import { canShareMemory } from './segment.ts';

/** An address that nobody else has. */
export interface OwnSocket {
  readonly path: string;
  /** Removes it; nobody listens there any more. */
  remove(): void;
}

/** Finds an address for a Unix socket, or a named pipe. It is removed at the latest with the tree of processes. */
export function newSocket(): OwnSocket {
  const name = `weft-${process.pid}-${process.hrtime.bigint().toString(36)}`;
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, remove() {} };
  const path = `${tmpdir()}/${name}.sock`;
  const untrack = canShareMemory() ? track(path) : undefined;
  return {
    path,
    remove() {
      removeName(path);
      untrack?.();
    },
  };
}
