// Loaded by `--import` in every thread and every process of a traced program: writes down what the libraries publish.
import { channel } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { threadId, workerData } from 'node:worker_threads';
import { TRACE_FOLDER, type TraceRecord } from './record.ts';
import { SubjectNames } from './subject-names.ts';

const folder = process.env[TRACE_FOLDER];
if (folder !== undefined) trace(folder);

function trace(where: string): void {
  const file = openSync(join(where, `${process.pid}-${threadId}.jsonl`), 'a');
  const names = new SubjectNames();
  const write = (record: Pick<TraceRecord, 'channel' | 'event'> & Partial<TraceRecord>) => {
    const at = Number(process.hrtime.bigint() / 1000n);
    writeSync(file, `${JSON.stringify({ at, process: process.pid, thread: threadId, ...record })}\n`);
  };
  write({ channel: 'program', event: 'begin', name: basename(process.argv[1] ?? 'node'), ...identity() });
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
  waits?: string;
  action?: string;
  reason?: string;
  ident?: number;
  pid?: number;
}

function describe(message: Message, names: SubjectNames): Pick<TraceRecord, 'event'> & Partial<TraceRecord> {
  const { name, ident } = message;
  const id = names.of(message.id ?? message.task ?? message.pid ?? message.subject);
  const waits = message.waits ?? message.action ?? message.reason;
  return {
    event: message.event ?? message.type ?? 'unknown',
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(waits === undefined ? {} : { waits }),
    ...(ident === undefined ? {} : { ident }),
  };
}

/** A worker of @weft/threading is told the number by which its siblings know it. */
function identity(): { ident?: number } {
  const ident = (workerData as { weft?: { ident?: unknown } } | null)?.weft?.ident;
  return typeof ident === 'number' ? { ident } : {};
}
