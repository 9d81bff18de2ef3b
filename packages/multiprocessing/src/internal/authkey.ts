import { ownProcess } from './own-process.ts';

const SIZE = 32;

/** The key with which this process and its kin know each other; made when first asked for, inherited by children. */
export function ownAuthkey(): Uint8Array {
  const own = ownProcess();
  own.authkey ??= process.getBuiltinModule('node:crypto').randomBytes(SIZE);
  return own.authkey;
}

/** Checks a key that a user gave. */
export function checkAuthkey(key: unknown): Uint8Array {
  if (!(key instanceof Uint8Array)) throw new TypeError(`Cannot use ${typeof key} as authkey: it must be a Uint8Array`);
  return Uint8Array.from(key);
}
