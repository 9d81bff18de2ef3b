import { workerData } from 'node:worker_threads';
import { loadClasses, loadTarget, packThrown, unpack } from '@weft/core/lowlevel';
import { openOutput } from './internal/console.ts';
import { importFirst } from './internal/importing.ts';
import { noteBackground } from './internal/pool-background.ts';
import { Kind } from './internal/pool-codec.ts';
import { Dispatcher } from './internal/pool-dispatcher.ts';
import { keepApart } from './internal/pool-invoke.ts';
import { Board, CompletionRing, Seat } from './internal/pool-layout.ts';
import { type Mail, type PoolWorkerData, epoch } from './internal/pool-mail.ts';
import { Mailbox } from './internal/pool-mailbox.ts';
import { Recycling } from './internal/pool-recycling.ts';
import { Results } from './internal/pool-results.ts';
import { TargetTable } from './internal/pool-targets.ts';
import { setTaskHost } from './internal/pool-task.ts';
import { noteNativeId, self, strikeOff } from './internal/registry.ts';

// The module that every worker of a pool begins with.
const { pool } = workerData as PoolWorkerData;
const board = new Board(pool.board);
const results = new Results(
  board,
  new CompletionRing(pool.completions),
  pool.port,
  pool.epoch === 0 ? 0 : pool.epoch - epoch(),
);
const targets = new TargetTable(pool.targets);
const mailbox = new Mailbox(board, pool.seat, pool.port, (number, reference) => targets.add(number, reference));

openOutput();
noteNativeId();
process.on('exit', (code) => {
  board.words[board.seatAt(pool.seat) + Seat.ExitCode] = code;
  strikeOff(self);
});
setTaskHost({ results, many: board.concurrency > 1, readMail });
void main();

async function main(): Promise<void> {
  try {
    await initialize();
  } catch (error) {
    results.note(-1, Kind.Unready, packThrown(error, 'thread'));
    process.exit(1);
  }
  keepApart();
  const { idleTimeout, maxTasks, maxMemory } = pool;
  const dispatcher = new Dispatcher(board, pool.seat, {
    results,
    mailbox,
    targets,
    recycling: new Recycling(maxTasks, maxMemory),
    idleTimeout,
  });
  pool.port.on('message', (mail: Mail) => {
    mailbox.open(mail);
    dispatcher.turn();
  });
  results.note(-1, Kind.Ready);
  setImmediate(() => {
    noteBackground();
    dispatcher.turn();
  });
}

async function initialize(): Promise<void> {
  const { initializer: reference } = pool;
  if (reference === undefined) return;
  const initializer = await importFirst(() => loadTarget(reference));
  await loadClasses(pool.initargs);
  await (initializer as (...args: unknown[]) => unknown)(...(unpack(pool.initargs, 'thread') as unknown[]));
}

function readMail(): void {
  if (mailbox.unread) mailbox.read();
}
