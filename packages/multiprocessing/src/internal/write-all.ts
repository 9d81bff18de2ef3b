import { writeSync } from 'node:fs';

/** As much as the system writes, or reads, at once. */
export const MAX_STEP = 2 ** 30;

/** Writes bytes to the beginning of a file. Where the file is read next stays as it is, for a process that inherits it. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, Math.min(bytes.length - at, MAX_STEP), at);
}
