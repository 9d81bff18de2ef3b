import { findArrows } from './find-arrows.ts';
import { LaneBuilder } from './lane-builder.ts';
import { locateTasks } from './locate-tasks.ts';
import { type TraceRecord, threadLane } from './record.ts';
import { type Lane, type Timeline, reasonOf } from './timeline.ts';

const MICROSECONDS = 1000;

/**
 * Makes a timeline of what was written down in all threads and processes of a program.
 *
 * @param records In the order of their times.
 */
export function buildTimeline(records: readonly TraceRecord[]): Timeline {
  const origin = records[0]?.at ?? 0;
  const timed = locateTasks(records).map((record) => ({ ...record, at: (record.at - origin) / MICROSECONDS }));
  const builder = new TimelineBuilder();
  for (const record of timed) builder.take(record);
  const duration = timed.at(-1)?.at ?? 0;
  return { duration, lanes: builder.finish(duration), arrows: findArrows(timed) };
}

class TimelineBuilder {
  readonly #processes = new Map<number, LaneBuilder>();
  readonly #threads = new Map<string, LaneBuilder>();
  readonly #tasks = new Map<string, LaneBuilder>();
  readonly #names = new Map<string, string>();
  /** The task that ran last on each thread. */
  readonly #running = new Map<string, LaneBuilder>();

  take(record: TraceRecord): void {
    if (record.channel === 'program') this.#takeProgram(record);
    else if (record.channel === 'thread' || record.channel === 'process') this.#takeLife(record);
    else if (record.channel === 'task') this.#takeTask(record);
    else takeWait(this.#threadOf(record), record);
  }

  finish(end: number): Lane[] {
    const lanes: Lane[] = [];
    for (const [pid, process] of this.#processes) {
      lanes.push(process.finish(end));
      for (const [id, thread] of this.#threads) {
        if (!id.startsWith(`${pid}/`)) continue;
        lanes.push(thread.finish(end));
        for (const task of this.#tasks.values()) if (task.parent === id) lanes.push(task.finish(end));
      }
    }
    return lanes;
  }

  #takeProgram(record: TraceRecord): void {
    const thread = this.#threadOf(record);
    const process = this.#processes.get(record.process);
    if (record.event === 'begin') {
      const name = record.name ?? this.#names.get(`thread ${record.process} ${record.ident}`);
      if (record.thread !== 0 && name !== undefined) this.#nameThread(thread, name);
      if (record.thread === 0 && process?.isCalled !== true)
        process?.call(`${record.name ?? 'node'} (${record.process})`);
    } else {
      thread.end(record.at);
      if (record.thread === 0) process?.end(record.at);
    }
  }

  /** A thread's or a process's starter says what it is called, before or after it says that it is there. */
  #takeLife(record: TraceRecord): void {
    const { channel, event, ident, name = '', id, at } = record;
    const starts = event.startsWith('start');
    if (channel === 'thread') {
      if (starts) this.#names.set(`thread ${record.process} ${ident}`, name);
      return;
    }
    const child = this.#processes.get(Number(id));
    if (!starts) {
      child?.end(at);
      this.#threads.get(`${id}/0`)?.end(at);
      return;
    }
    this.#names.set(`process ${id}`, name);
    child?.call(`${name} (${id})`);
  }

  #takeTask(record: TraceRecord): void {
    const { event, name = 'task', id = '', at, pool } = record;
    if (pool === undefined) this.#takeAsyncTask(record);
    else if (event === 'start') this.#threadOf(record).beginTask(at, name, id);
    else if (event === 'end') this.#threadOf(record).endTask(at, id);
  }

  /** One task runs at a time on a thread: when another one goes on, the one before has stopped, whatever it waits for. */
  #takeAsyncTask(record: TraceRecord): void {
    const { event, at, waits = '' } = record;
    const task = this.#taskOf(record);
    if (event === 'started' || event === 'resumed') {
      this.#running.get(threadLane(record))?.stop(at);
      this.#running.set(threadLane(record), task);
      task.run(at);
    } else if (event === 'waiting') {
      task.waitInstead(at, reasonOf(waits), waits);
    } else if (event === 'done') {
      task.end(at);
    }
  }

  #threadOf(record: TraceRecord): LaneBuilder {
    const id = threadLane(record);
    const known = this.#threads.get(id);
    if (known !== undefined) return known;
    if (!this.#processes.has(record.process)) this.#addProcess(record);
    const main = record.thread === 0;
    const lane = new LaneBuilder(id, 'thread', main ? 'main thread' : `thread ${record.thread}`, record.at);
    // What a child process does, it does on its main thread.
    if (main && this.#names.has(`process ${record.process}`))
      this.#nameThread(lane, this.#names.get(`process ${record.process}`) ?? '');
    if (main) lane.call('main thread');
    this.#threads.set(id, lane);
    return lane;
  }

  #addProcess(record: TraceRecord): void {
    const lane = new LaneBuilder(String(record.process), 'process', `process ${record.process}`, record.at);
    const name = this.#names.get(`process ${record.process}`);
    if (name !== undefined) lane.call(`${name} (${record.process})`);
    this.#processes.set(record.process, lane);
  }

  /** Workers of pools are idle until they get a task; other threads run what they were started for. */
  #nameThread(lane: LaneBuilder, name: string): void {
    lane.call(name);
    if (!/pool/i.test(name)) lane.runsAllTheTime();
  }

  #taskOf(record: TraceRecord): LaneBuilder {
    const id = `${threadLane(record)}/${record.id}`;
    const known = this.#tasks.get(id);
    if (known !== undefined) return known;
    const lane = new LaneBuilder(id, 'task', record.name ?? 'task', record.at, threadLane(record));
    this.#tasks.set(id, lane);
    return lane;
  }
}

function takeWait(lane: LaneBuilder, { channel, event, at, waits = '' }: TraceRecord): void {
  const label = waits === '' ? channel : waits;
  const reason = channel === 'lock' || channel === 'queue' ? channel : reasonOf(waits);
  if (event === 'waiting' || event === 'wait-begin') lane.beginWait(at, reason, label);
  else if (event === 'resumed' || event === 'wait-end' || event === 'acquired' || event === 'gave-up') lane.endWait(at);
}
