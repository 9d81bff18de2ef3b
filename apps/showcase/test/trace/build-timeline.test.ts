import { describe, expect, it } from 'vitest';
import { buildTimeline } from '../../dist/trace/build-timeline.js';
import { laneTotals } from '../../dist/trace/lane-totals.js';
import type { TraceRecord } from '../../dist/trace/record.js';

type Loose = Partial<TraceRecord> & Pick<TraceRecord, 'channel' | 'event'>;

/** Records a millisecond apart, from the main thread of process 1 unless they say otherwise. */
function records(...parts: Loose[]): TraceRecord[] {
  return parts.map((part, index) => ({ at: 5_000_000 + index * 1000, process: 1, thread: 0, ...part }));
}

const begin: Loose = { channel: 'program', event: 'begin', name: 'program.js' };
const end: Loose = { channel: 'program', event: 'end' };

function lanesOf(...parts: Loose[]): string[] {
  return buildTimeline(records(...parts)).lanes.map(({ kind, name }) => `${kind} ${name}`);
}

describe('buildTimeline', () => {
  it('is empty for no records', () => {
    expect(buildTimeline([])).toEqual({ duration: 0, lanes: [], arrows: [] });
  });

  it('puts threads under their process and tasks under their thread', () => {
    const lanes = lanesOf(
      begin,
      { channel: 'task', event: 'created', id: 'a', name: 'main' },
      { channel: 'thread', event: 'start', ident: 7, name: 'Thread-1' },
      { ...begin, thread: 1, ident: 7, name: 'Thread-1' },
      { channel: 'process', event: 'start', id: '2', name: 'Process-1' },
      { ...begin, process: 2, name: 'child.js' },
      end,
    );
    expect(lanes).toEqual([
      'process program.js (1)',
      'thread main thread',
      'task main',
      'thread Thread-1',
      'process Process-1 (2)',
      'thread main thread',
    ]);
  });

  it('calls a process by its name, whoever tells it first', () => {
    const early = [
      { channel: 'process', event: 'start', id: '2', name: 'Process-1' },
      { ...begin, process: 2 },
    ] as const;
    expect(lanesOf(begin, ...early)).toContain('process Process-1 (2)');
    expect(lanesOf(begin, ...early.toReversed())).toContain('process Process-1 (2)');
  });

  it('follows a task from wait to wait', () => {
    const { lanes } = buildTimeline(
      records(
        begin,
        { channel: 'task', event: 'started', id: 'a', name: 'main' },
        { channel: 'task', event: 'waiting', id: 'a', name: 'main', waits: 'to wake up' },
        { channel: 'task', event: 'resumed', id: 'a', name: 'main' },
        { channel: 'task', event: 'waiting', id: 'a', name: 'main', waits: 'to acquire a lock' },
        { channel: 'task', event: 'done', id: 'a', name: 'main' },
        end,
      ),
    );
    expect(lanes.at(-1)?.spans.toSorted((one, other) => one.from - other.from)).toEqual([
      { from: 1, to: 2, kind: 'running', label: 'main' },
      { from: 2, to: 3, kind: 'waiting', reason: 'sleep', label: 'to wake up' },
      { from: 3, to: 4, kind: 'running', label: 'main' },
      { from: 4, to: 5, kind: 'waiting', reason: 'lock', label: 'to acquire a lock' },
    ]);
  });

  it('lets one task of a thread run at a time', () => {
    const { lanes } = buildTimeline(
      records(
        begin,
        { channel: 'task', event: 'started', id: 'a', name: 'one' },
        { channel: 'task', event: 'started', id: 'b', name: 'other' },
        { channel: 'task', event: 'done', id: 'a', name: 'one' },
        { channel: 'task', event: 'done', id: 'b', name: 'other' },
      ),
    );
    const running = lanes
      .filter(({ kind }) => kind === 'task')
      .map(({ spans }) => spans.map(({ from, to }) => [from, to]));
    expect(running).toEqual([[[1, 2]], [[2, 4]]]);
  });

  it('draws the tasks of executors where their workers are', () => {
    const task = { channel: 'task', id: 'Pool-0 0', pool: 'Pool-0', name: 'work' } as const;
    const { lanes, arrows } = buildTimeline(
      records(
        begin,
        { ...begin, thread: 1, ident: 9, name: 'Pool-0_0' },
        { ...task, event: 'submit' },
        { ...task, event: 'start', worker: 0 },
        { channel: 'wait', event: 'waiting', waits: 'gil', thread: 1 },
        { channel: 'wait', event: 'resumed', waits: 'gil', thread: 1 },
        { ...task, event: 'end', worker: 0 },
        end,
      ),
    );
    const worker = lanes.find(({ name }) => name === 'Pool-0_0');
    expect(worker?.spans).toEqual([
      { from: 1, to: 7, kind: 'alive', label: 'Pool-0_0' },
      { from: 3, to: 6, kind: 'running', label: 'work' },
      { from: 4, to: 5, kind: 'waiting', reason: 'GIL', label: 'gil' },
    ]);
    expect(arrows.map(({ kind, from, to }) => [kind, from.lane, to.lane])).toEqual([
      ['submit', '1/0', '1/1'],
      ['result', '1/1', '1/0'],
    ]);
  });

  it('draws the tasks of a pool of processes in its processes', () => {
    const task = { channel: 'task', id: 'Pool 0', pool: 'Pool', name: 'work', worker: 0 } as const;
    const { arrows } = buildTimeline(
      records(
        begin,
        { channel: 'process', event: 'start', id: '2', name: 'SpawnPoolWorker-1' },
        { ...begin, process: 2 },
        { ...task, event: 'submit' },
        { ...task, event: 'start' },
        { ...task, event: 'end' },
      ),
    );
    expect(arrows.map(({ kind, to }) => [kind, to.lane])).toEqual([
      ['start', '2/0'],
      ['submit', '2/0'],
      ['result', '1/0'],
    ]);
  });

  it('leaves out tasks of workers that nobody knows', () => {
    const task = { channel: 'task', id: 'Pool 0', pool: 'Pool', name: 'work' } as const;
    expect(buildTimeline(records(begin, { ...task, event: 'start' }, { ...task, event: 'end' })).arrows).toEqual([]);
  });

  it('draws arrows from put to get, first come, first served', () => {
    const { arrows } = buildTimeline(
      records(
        begin,
        { ...begin, thread: 1 },
        { channel: 'queue', event: 'put', id: 'q' },
        { channel: 'queue', event: 'put', id: 'q' },
        { channel: 'queue', event: 'get', id: 'q', thread: 1 },
        { channel: 'queue', event: 'get', id: 'other', thread: 1 },
      ),
    );
    expect(arrows.map(({ kind, from, to }) => [kind, from.at, to.at])).toEqual([['put/get', 2, 4]]);
  });

  it('draws no arrows where the next item may be any', () => {
    const { arrows } = buildTimeline(
      records(
        begin,
        { ...begin, thread: 1 },
        { channel: 'queue', event: 'put', id: 'q', rule: 'last in, first out' },
        { channel: 'queue', event: 'get', id: 'q', rule: 'last in, first out', thread: 1 },
      ),
    );
    expect(arrows).toEqual([]);
  });

  it('lets what was cut off go on to the end', () => {
    const { lanes } = buildTimeline(
      records(begin, { channel: 'lock', event: 'wait-begin', waits: 'acquire a lock' }, begin, end),
    );
    expect(lanes.find(({ name }) => name === 'main thread')?.spans.at(-1)).toEqual({
      from: 1,
      to: 3,
      kind: 'waiting',
      reason: 'lock',
      label: 'acquire a lock',
    });
  });

  it('adds up what each lane did, each stretch once', () => {
    const { lanes, ...rest } = buildTimeline(
      records(
        begin,
        { channel: 'thread', event: 'start', ident: 7, name: 'Thread-1' },
        { ...begin, thread: 1, ident: 7, name: 'Thread-1' },
        { channel: 'lock', event: 'waiting', thread: 1 },
        { channel: 'lock', event: 'acquired', thread: 1 },
        { ...end, thread: 1 },
      ),
    );
    expect(laneTotals({ lanes, ...rest })).toEqual([
      { kind: 'thread', name: 'main thread', running: 0, waiting: {} },
      { kind: 'thread', name: 'Thread-1', running: 2, waiting: { lock: 1 } },
    ]);
  });
});
