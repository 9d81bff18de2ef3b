/** A way in which concurrent programs go wrong. */
export interface Failure {
  /** The name of its folder, which holds the program that goes wrong and the one that does not. */
  id: string;
  title: string;
  /** What happens, and why. */
  story: string;
  /** What to do instead. */
  fix: string;
  /** Whether the program that goes wrong never ends. */
  hangs?: true;
}

/** The gallery, from the most frequent failure on. */
export const failures: readonly Failure[] = [
  {
    id: 'lost-update',
    title: 'Lost update',
    story: 'Two threads read the same number, both add one to what they have read, both write: one addition is lost.',
    fix: 'Hold a lock from the reading to the writing.',
  },
  {
    id: 'deadlock',
    title: 'Deadlock by lock order',
    story: 'Each thread holds one lock and waits for the other one. Neither lets go; nothing ever happens again.',
    fix: 'Take locks in the same order everywhere.',
    hangs: true,
  },
  {
    id: 'blocked-loop',
    title: 'Blocked event loop',
    story: 'A task calls something that blocks the thread. The heartbeat of another task on the same loop stops.',
    fix: 'Await what can be awaited; let a thread do what cannot.',
  },
  {
    id: 'killed-worker',
    title: 'Killed pool worker',
    story: 'The third task ends its process, as the system does when memory runs out. The pool is broken from then on.',
    fix: 'Expect BrokenExecutorError; go on with a new pool.',
  },
  {
    id: 'uncrossable-value',
    title: 'A value that cannot cross',
    story:
      'A function stands in the argument. It belongs to the memory of this process, so that it cannot go to another.',
    fix: 'Send data; let the result come back, and call the function here.',
  },
  {
    id: 'undrained-queue',
    title: 'Queue not drained',
    story:
      'The parent waits for the child to end, and the child waits for room in a queue that the parent empties later.',
    fix: 'Take everything out of the queue first, then join.',
    hangs: true,
  },
  {
    id: 'daemon-cut-off',
    title: 'Daemon cut off at exit',
    story: 'The program ends while a daemon thread is in the middle of its work. What it had to save is not saved.',
    fix: 'Join the thread, or do not make it a daemon.',
  },
];
