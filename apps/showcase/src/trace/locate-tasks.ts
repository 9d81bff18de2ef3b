import type { TraceRecord } from './record.ts';

type Place = Pick<TraceRecord, 'process' | 'thread'>;

/**
 * Moves what executors tell about their tasks to where it happens. They tell it in the thread that submits: a task
 * starts and ends in its worker, and its result arrives in the thread that submitted.
 *
 * @param records In the order of their times.
 */
export function locateTasks(records: readonly TraceRecord[]): TraceRecord[] {
  const placeOf = findWorkers(records);
  return records.flatMap((record): TraceRecord[] => {
    if (record.pool === undefined || record.event === 'submit') return [record];
    const place = placeOf(record);
    if (place === undefined) return [];
    const moved = { ...record, ...place };
    return record.event === 'end' ? [moved, { ...record, event: 'result' }] : [moved];
  });
}

/** Executors call their workers after themselves and number them; pools of processes only number them. */
function findWorkers(records: readonly TraceRecord[]): (record: TraceRecord) => Place | undefined {
  const named = new Map<string, Place>();
  const numbered: Place[] = [];
  for (const { channel, event, process, thread, id, name = '' } of records) {
    if (channel === 'program' && event === 'begin' && thread !== 0) named.set(name, { process, thread });
    if (channel !== 'process' || !event.startsWith('start')) continue;
    const place = { process: Number(id), thread: 0 };
    named.set(name, place);
    if (/PoolWorker-/.test(name)) numbered.push(place);
  }
  return ({ pool, worker = -1 }) => named.get(`${pool}_${worker}`) ?? numbered[worker];
}
