import { writeSync } from 'node:fs';
import { isAlive, memory, self } from './registry.ts';
import { Header } from './layout.ts';

const nap = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes to standard output or standard error at once, whole, and not between the pieces of what another thread writes.
 *
 * It goes to the descriptor itself: what passes through another thread's event loop waits for as long as that blocks.
 */
export function writeOut(fd: number, bytes: Uint8Array): void {
  const locked = lock();
  try {
    writeWhole(fd, bytes);
  } finally {
    if (locked) unlock();
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // A full pipe that does not block, because some stream of Node's has it: wait for its reader.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(nap, 0, 0, 1);
    }
  }
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
