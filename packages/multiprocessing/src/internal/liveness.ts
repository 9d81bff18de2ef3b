import { closeSync, openSync, readSync, readFileSync } from 'node:fs';

/** How long an answer counts, in milliseconds: within it a death goes unnoticed. */
const FRESH = 2;
const MAX_OPEN = 256;
/** Fields of `/proc/<id>/stat` after the command's name, counted from 0. */
const STATE = 0;
const START_TIME = 19;

interface Known {
  readonly start: number;
  fd: number;
  checked: number;
}

const known = new Map<number, Known>();
const text = Buffer.alloc(1024);

/**
 * When a process, or a thread of one, started: in clock ticks, cut to 31 bits, never 0. With its id it names the
 * process for good, though ids come back.
 *
 * @param id The process's id or the thread's.
 * @returns Nothing if there is no such process, or if it is dead and waits for its parent to take note.
 */
export function startTimeOf(id: number): number | undefined {
  try {
    return parse(readFileSync(`/proc/${id}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/**
 * Whether a process, or a thread of one, lives. Answers may be {@link FRESH} milliseconds old.
 *
 * @param id The process's id or the thread's.
 * @param start When it started, as {@link startTimeOf} said.
 */
export function isAlive(id: number, start: number): boolean {
  let entry = known.get(id);
  if (entry?.start !== start) {
    if (entry !== undefined) forget(id, entry);
    if (startTimeOf(id) !== start) return false;
    entry = remember(id, start);
    return entry !== undefined || startTimeOf(id) === start;
  }
  const now = performance.now();
  if (now - entry.checked < FRESH) return true;
  entry.checked = now;
  // The open file stays with the process it was opened for: if the id came back, reading fails.
  if (readStart(entry.fd) === start) return true;
  forget(id, entry);
  return false;
}

function remember(id: number, start: number): Known | undefined {
  for (const [other, entry] of known) {
    if (known.size < MAX_OPEN) break;
    forget(other, entry);
  }
  try {
    const entry = { start, fd: openSync(`/proc/${id}/stat`, 'r'), checked: performance.now() };
    known.set(id, entry);
    return entry;
  } catch {
    return undefined;
  }
}

function forget(id: number, entry: Known): void {
  known.delete(id);
  closeSync(entry.fd);
}

function readStart(fd: number): number | undefined {
  try {
    return parse(text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0)));
  } catch {
    return undefined;
  }
}

function parse(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[STATE];
  if (state === 'Z' || state === 'X') return undefined;
  return Number(BigInt(fields[START_TIME] ?? 0) & 0x7fffffffn) || 1;
}
