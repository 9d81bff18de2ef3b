import { closeSync, openSync, readSync } from 'node:fs';
import { ownProcess } from './own-process.ts';

const SIZE = 32;

/** The key with which this process and its kin know each other; made when first asked for, inherited by children. */
export function ownAuthkey(): Uint8Array {
  const own = ownProcess();
  own.authkey ??= randomBytes();
  return own.authkey;
}

// Loading node:crypto takes several milliseconds on the way to a program's first child.
function randomBytes(): Uint8Array {
  try {
    const fd = openSync('/dev/urandom', 'r');
    try {
      const bytes = new Uint8Array(SIZE);
      if (readSync(fd, bytes) === SIZE) return bytes;
    } finally {
      closeSync(fd);
    }
  } catch {
    // This system has no such file.
  }
  return process.getBuiltinModule('node:crypto').randomBytes(SIZE);
}

/** Checks a key that a user gave. */
export function checkAuthkey(key: unknown): Uint8Array {
  if (!(key instanceof Uint8Array)) throw new TypeError(`Cannot use ${typeof key} as authkey: it must be a Uint8Array`);
  return Uint8Array.from(key);
}
