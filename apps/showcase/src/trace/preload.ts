// Loaded by `--import` in every thread and every process of a traced program: writes down what the libraries publish.
import { channel } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import * as workers from 'node:worker_threads';
import { TRACE_FOLDER, type TraceRecord } from './record.ts';
import { SubjectNames } from './subject-names.ts';

const folder = process.env[TRACE_FOLDER];
if (folder !== undefined) trace(folder);

function trace(where: string): void {
  const file = openSync(join(where, `${process.pid}-${workers.threadId}.jsonl`), 'a');
  const names = new SubjectNames();
  const write = (record: { channel: TraceRecord['channel'] } & Description) => {
    const at = Number(process.hrtime.bigint() / 1000n);
    writeSync(file, `${JSON.stringify({ at, process: process.pid, thread: workers.threadId, ...record })}\n`);
  };
  write({ channel: 'program', event: 'begin', ...identity() });
  process.once('exit', () => write({ channel: 'program', event: 'end' }));
  for (const name of ['task', 'thread', 'process', 'lock', 'queue'] as const) {
    channel(`weft:${name}`).subscribe((message) => write({ channel: name, ...describe(message as Message, names) }));
  }
  channel('showcase:wait').subscribe((message) => write({ channel: 'wait', ...describe(message as Message, names) }));
}

/** What the libraries put into their messages: the names differ from one to the other. */
interface Message {
  event?: string;
  type?: string;
  id?: string | number;
  task?: object | string | number;
  subject?: object;
  name?: string;
  target?: string;
  waits?: string;
  action?: string;
  reason?: string;
  rule?: string;
  ident?: number;
  pid?: number;
  pool?: string;
  worker?: number;
}

/** What is undefined is not written down. */
type Description = { event: string } & {
  [field in Exclude<keyof TraceRecord, 'channel' | 'event'>]?: TraceRecord[field] | undefined;
};

function describe(message: Message, names: SubjectNames): Description {
  const { ident, pool, worker, task, rule } = message;
  return {
    event: message.event ?? message.type ?? 'unknown',
    id: pool === undefined ? names.of(message.id ?? task ?? message.pid ?? message.subject) : `${pool} ${String(task)}`,
    name: message.name ?? message.target,
    waits: message.waits ?? message.action ?? message.reason,
    ident,
    pool,
    worker,
    rule,
  };
}

/** The main thread is called as its program; a worker of @weft/threading knows the number that its siblings know it by. */
function identity(): { ident?: number; name?: string } {
  if (workers.isMainThread) return { name: basename(process.argv[1] ?? 'node') };
  const ident = (workers.workerData as { weft?: { ident?: unknown } } | null)?.weft?.ident;
  // Node 22.20 and 24.6 and later tell a thread what it is called.
  const { threadName = '' } = workers as { threadName?: string };
  return { ...(typeof ident === 'number' ? { ident } : {}), ...(threadName === '' ? {} : { name: threadName }) };
}
