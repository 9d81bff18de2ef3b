import { type BenchCase, type Subject, check } from '../bench-case.ts';
import { handOverByMessages } from '../floors/hand-over.ts';
import { messagesFromProcess, messagesFromThread, objectsFromThread } from '../floors/message-stream.ts';
import * as betweenProcesses from '../primitives/between-processes.ts';
import * as betweenThreads from '../primitives/between-threads.ts';
import { python } from '../python.ts';
import { eachSecond, nanosecondsEach, timed } from '../timed.ts';

const ALONE = { toy: 1_000, quick: 300_000, full: 5_000_000 };
const CONTENDED = { toy: 1_000, quick: 200_000, full: 1_000_000 };
const QUEUED = { toy: 500, quick: 50_000, full: 300_000 };

/** Locks and queues between threads and between processes. */
export const primitives: BenchCase[] = [
  {
    area: 'primitives',
    name: 'lock of threads, uncontended',
    unit: 'ns',
    better: 'lower',
    amounts: ALONE,
    subjects: [
      timed(
        '@weft/threading',
        'ours',
        '@weft/threading',
        async (n) => {
          const { Lock } = await import('@weft/threading');
          const lock = new Lock();
          for (let i = 0; i < n; i += 1) {
            lock.acquireSync();
            lock.release();
          }
          check(lock.locked(), false, 'the lock');
        },
        nanosecondsEach,
      ),
      timed(
        'bare compareExchange',
        'floor',
        undefined,
        (n) => {
          const word = new Int32Array(new SharedArrayBuffer(4));
          for (let i = 0; i < n; i += 1) {
            if (Atomics.compareExchange(word, 0, 0, 1) !== 0) throw new Error('It is held');
            Atomics.compareExchange(word, 0, 1, 0);
          }
        },
        nanosecondsEach,
      ),
      python('Python threading.Lock', 'thread_lock'),
    ],
  },
  {
    area: 'primitives',
    name: 'lock of processes, uncontended',
    unit: 'ns',
    better: 'lower',
    amounts: ALONE,
    subjects: [
      timed(
        '@weft/multiprocessing',
        'ours',
        '@weft/multiprocessing',
        async (n) => {
          const { Lock } = await import('@weft/multiprocessing');
          const lock = new Lock();
          for (let i = 0; i < n; i += 1) {
            lock.acquireSync();
            lock.release();
          }
          check(lock.locked(), false, 'the lock');
        },
        nanosecondsEach,
      ),
      python('Python multiprocessing.Lock', 'process_lock'),
    ],
  },
  {
    area: 'primitives',
    name: 'lock that two threads want',
    unit: 'ns',
    better: 'lower',
    amounts: CONTENDED,
    note: 'Two threads count a shared number up under one lock, from the moment on when both run.',
    subjects: [
      once('@weft/threading', 'ours', '@weft/threading', betweenThreads.contendedLock, nanosecondsEach),
      // Each takes so long that a twentieth of them is enough.
      once(
        'a token by MessagePort',
        'floor',
        undefined,
        (n) => handOverByMessages(n / 20),
        (ms, n) => nanosecondsEach(ms, n / 20),
      ),
      python('Python threading.Lock', 'thread_lock_contended'),
    ],
  },
  {
    area: 'primitives',
    name: 'lock that two processes want',
    unit: 'ns',
    better: 'lower',
    amounts: CONTENDED,
    note: 'Two processes count a shared number up under one lock, from the moment on when both run.',
    subjects: [
      once('@weft/multiprocessing', 'ours', '@weft/multiprocessing', betweenProcesses.contendedLock, nanosecondsEach),
      python('Python multiprocessing.Lock', 'process_lock_contended'),
    ],
  },
  {
    area: 'primitives',
    name: 'queue between two threads',
    unit: 'items/s',
    better: 'higher',
    amounts: QUEUED,
    subjects: [
      once('@weft/threading', 'ours', '@weft/threading', betweenThreads.queueBetweenThreads, eachSecond),
      once('MessagePort, a message each', 'floor', undefined, messagesFromThread, eachSecond),
      python('Python queue.Queue', 'thread_queue'),
    ],
  },
  {
    area: 'primitives',
    name: 'queue of objects between two threads',
    unit: 'items/s',
    better: 'higher',
    amounts: QUEUED,
    note: 'Objects of a number, a text and a list of two texts; in Python only references to them move.',
    subjects: [
      once('@weft/threading', 'ours', '@weft/threading', betweenThreads.objectsBetweenThreads, eachSecond),
      once('MessagePort, a message each', 'floor', undefined, objectsFromThread, eachSecond),
    ],
  },
  {
    area: 'primitives',
    name: 'queue between two processes',
    unit: 'items/s',
    better: 'higher',
    amounts: QUEUED,
    subjects: [
      once(
        '@weft/multiprocessing',
        'ours',
        '@weft/multiprocessing',
        betweenProcesses.queueBetweenProcesses,
        eachSecond,
      ),
      once('process.send, a message each', 'floor', undefined, messagesFromProcess, eachSecond),
      python('Python multiprocessing.Queue', 'process_queue'),
    ],
  },
];

/** Makes a subject of a function that times itself, in milliseconds. */
function once(
  name: string,
  role: Subject['role'],
  library: string | undefined,
  run: (amount: number) => Promise<number>,
  figure: (milliseconds: number, amount: number) => number,
): Subject {
  return {
    name,
    role,
    ...(library === undefined ? {} : { package: library }),
    measure: async (amount) => figure(await run(amount), amount),
  };
}
