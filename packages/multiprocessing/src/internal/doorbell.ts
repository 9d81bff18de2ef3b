import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { thisAgent } from './agent.ts';
import { libc } from './libc.ts';
import { BELLS, SHARED_MEMORY_FOLDER, removeFile } from './resource-tracker.ts';

/** Called with the number of a wait that may have ended, or with nothing if it may be any. */
type Listener = (wake?: number) => void;

const MAX_OPEN = 256;
const BYTES = 4;
/** A bell that was rung so often before it was heard may have been full, and missed a ring. */
const MANY = 16_384;

const others = new Map<string, number>();
const message = Buffer.alloc(BYTES);
let listener: Listener | undefined;

/**
 * Opens this agent's doorbell: a pipe with a name, through which others reach its event loop.
 *
 * The open bell does not keep the process alive. Opening it again does nothing.
 */
export function openDoorbell(onRing: Listener): void {
  if (listener !== undefined) return;
  listener = onRing;
  const { id, start } = thisAgent();
  const name = nameOf(id, start);
  const path = `${SHARED_MEMORY_FOLDER}/${name}`;
  removeFile(path);
  libc()?.mkfifo(path, 0o600);
  // Open for writing too, or it would end when the first one who rang closes it.
  const bell = new Socket({
    fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  bell.unref();
  bell.on('data', hear);
  bell.on('error', () => {});
  process.on('exit', () => {
    removeFile(path);
  });
}

/**
 * Tells another agent, or this one, that a wait of its may have ended.
 *
 * A ring may get lost, if the other one dies or its bell is full: it looks by itself now and then.
 */
export function ring(id: number, start: number, wake: number): void {
  const self = thisAgent();
  if (id === self.id && start === self.start) {
    queueMicrotask(() => listener?.(wake));
    return;
  }
  const name = nameOf(id, start);
  try {
    message.writeInt32LE(wake);
    writeSync(bellOf(name), message);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') closeBell(name);
  }
}

/** Removes the bell of an agent that died. */
export function forgetBell(id: number, start: number): void {
  const name = nameOf(id, start);
  closeBell(name);
  removeFile(`${SHARED_MEMORY_FOLDER}/${name}`);
}

function nameOf(id: number, start: number): string {
  return `${BELLS}${id}.${start}`;
}

function bellOf(name: string): number {
  let fd = others.get(name);
  if (fd === undefined) {
    fd = openSync(`${SHARED_MEMORY_FOLDER}/${name}`, constants.O_WRONLY | constants.O_NONBLOCK);
    const [oldest] = others.keys();
    if (others.size >= MAX_OPEN && oldest !== undefined) closeBell(oldest);
    others.set(name, fd);
  }
  return fd;
}

function closeBell(name: string): void {
  const fd = others.get(name);
  others.delete(name);
  if (fd !== undefined) closeSync(fd);
}

function hear(rings: Buffer): void {
  if (rings.length >= MANY || rings.length % BYTES !== 0) {
    listener?.();
    return;
  }
  for (let at = 0; at < rings.length; at += BYTES) listener?.(rings.readInt32LE(at));
}
