import type { WaitOptions } from '@weft/core';
import { interruptible } from '@weft/core/lowlevel';
import { untilDeath } from './bell.ts';
import { Entry, entryOf } from './layout.ts';
import { childOf, listen, living, reapNowAndThen } from './reaper.ts';
import { isAlive, memory } from './registry.ts';
import { SLICE } from './turn.ts';

/** Blocks until a thread has ended, or for `timeout` milliseconds. */
export function joinBlocking(ident: number, timeout: number): void {
  const end = performance.now() + timeout;
  while (isAlive(ident)) {
    const rest = end - performance.now();
    if (rest <= 0) return;
    Atomics.wait(memory, entryOf(ident) + Entry.Ident, ident, Math.min(SLICE, rest));
    reapNowAndThen();
  }
  hearOut(ident);
}

/** Waits until a thread has ended. */
export async function joinAwaiting(ident: number, options: WaitOptions): Promise<void> {
  await interruptible<void>(options, {
    action: 'join the thread',
    begin: (waiter) =>
      untilDeath(ident, () => {
        hearOut(ident);
        waiter.resolve();
      }),
    onTimeout: () => {},
  });
}

let installed = false;

/** Sees to it that this thread does not end before the threads that it starts, but for daemons. */
export function joinAtExit(): void {
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (const child of [...living()]) if (child.daemon === false) joinBlocking(child.ident, Infinity);
  });
}

// Its errors are told to the hook before the join is done.
function hearOut(ident: number): void {
  const child = childOf(ident);
  if (child) listen(child);
}
