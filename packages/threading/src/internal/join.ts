import type { WaitOptions } from '@weft/core';
import { interruptible } from '@weft/core/lowlevel';
import { untilDeath } from './bell.ts';
import { Entry, entryOf } from './layout.ts';
import { Meanwhile } from './meanwhile.ts';
import { childOf, listen, reapNowAndThen } from './reaper.ts';
import { MAIN, aliveIdents, isAlive, memory, recordOf, self } from './registry.ts';
import { SLICE } from './turn.ts';

/** Blocks until a thread has ended, or for `timeout` milliseconds. */
export function joinBlocking(ident: number, timeout: number): void {
  const end = performance.now() + timeout;
  const meanwhile = new Meanwhile(SLICE);
  while (isAlive(ident)) {
    const rest = end - performance.now();
    if (rest <= 0) return;
    Atomics.wait(memory, entryOf(ident) + Entry.Ident, ident, Math.min(meanwhile.slice, rest));
    meanwhile.serve();
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

/** Sees to it that this thread does not end before the threads that would end with it, but for daemons. */
export function joinAtExit(): void {
  if (installed) return;
  installed = true;
  process.on('exit', () => {
    for (let ident = nextToJoin(); ident !== undefined; ident = nextToJoin()) joinBlocking(ident, Infinity);
  });
}

// Node ends a thread with the one that started it, a daemon or a pool's worker included: so those that these started count.
function nextToJoin(): number | undefined {
  return aliveIdents().find((ident) => recordOf(ident)?.daemon === false && endsWithThis(ident));
}

function endsWithThis(ident: number): boolean {
  if (ident === self || self === MAIN) return ident !== self;
  const parent = recordOf(ident)?.parent;
  return parent !== undefined && parent !== 0 && (parent === self || endsWithThis(parent));
}

// Its errors are told to the hook before the join is done.
function hearOut(ident: number): void {
  const child = childOf(ident);
  if (child) listen(child);
}
