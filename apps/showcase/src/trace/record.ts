/** One line of a trace: something that happened in one thread of one process. */
export interface TraceRecord {
  /** Microseconds of the clock that all processes of the machine share. */
  at: number;
  process: number;
  /** Node's number of the thread within the process; 0 is the main thread. */
  thread: number;
  /** `task`, `thread`, `process`, `lock` and `queue` are what the libraries publish; the others are the tracer's own. */
  channel: 'program' | 'task' | 'thread' | 'process' | 'lock' | 'queue' | 'wait';
  event: string;
  /** What it happened to: the same in every thread where the libraries can tell. */
  id?: string;
  name?: string;
  /** For items of queues: which comes out next. */
  rule?: string;
  /** What is waited for, as a clause. */
  waits?: string;
  /** For tasks of executors: the executor, and the worker's number in it where it is known. */
  pool?: string;
  worker?: number;
  /** For threads that start: the number by which the libraries know the thread. */
  ident?: number;
}

/** The variable that tells a traced program in which folder its threads and processes leave their records. */
export const TRACE_FOLDER = 'SHOWCASE_TRACE_FOLDER';

/** The lane of the thread in which something happened. */
export function threadLane({ process, thread }: TraceRecord): string {
  return `${process}/${thread}`;
}
