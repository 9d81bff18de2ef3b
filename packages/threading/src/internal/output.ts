import { writeSync } from 'node:fs';
import { isAlive, memory, self } from './registry.ts';
import { Header } from './layout.ts';

const nap = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes to standard output or standard error at once, whole, and not between the pieces of what another thread writes.
 *
 * It goes to the descriptor itself: what passes through another thread's event loop waits for as long as that blocks.
 *
 * @returns Why it cannot be written, if so: its reader may have gone.
 */
export function writeOut(fd: number, bytes: Uint8Array): Error | undefined {
  const locked = lock();
  try {
    return writeWhole(fd, bytes);
  } finally {
    if (locked) unlock();
  }
}

function writeWhole(fd: number, bytes: Uint8Array): Error | undefined {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // A full pipe that does not block, because some stream of Node's has it: wait for its reader.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return error as Error;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
  return undefined;
}

// The latch holds the ident of who writes, and is taken from those who ended.
function lock(): boolean {
  for (let looks = 0; ; looks += 1) {
    const holder = Atomics.compareExchange(memory, Header.OutputLatch, 0, self);
    if (holder === 0) return true;
    if (holder === self) return false;
    if (!isAlive(holder) && Atomics.compareExchange(memory, Header.OutputLatch, holder, self) === holder) return true;
    if (looks > 100) Atomics.wait(memory, Header.OutputLatch, holder, 1);
  }
}

function unlock(): void {
  Atomics.store(memory, Header.OutputLatch, 0);
}
