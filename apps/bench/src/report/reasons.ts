/** What ours does that the peers do not, in the cases where that costs something. No figures: those are the run's. */
export const reasons: Readonly<Record<string, string>> = {
  ...forAll(
    [
      'threads: cold start to first result',
      'processes: cold start to first result',
      "processes: the tutorial's sum of squares, whole program",
    ],
    'the library has more code to load than any peer, and each worker loads its part again',
  ),
  ...forAll(
    ['threads: memory of an idle worker', 'processes: memory of an idle worker'],
    "a worker holds the library's code and the memory it exchanges calls through, which the peers do not have",
  ),
  ...forAll(
    ['threads: 1 MB copied there and back', 'threads: 1 MB moved there and back'],
    'bytes of that size go by port as with the peers, in addition to the entry in shared memory that a worker claims',
  ),
  ...forAll(
    ['processes: 1 MB copied there and back', 'processes: 64 MB there and back'],
    'bytes are copied into shared memory and out of it: nothing stays shared with a worker that may die',
  ),
  'primitives: lock that two threads want':
    'waiters are served in arrival order, so that the lock changes hands where Python lets the same thread take it again',
  'primitives: lock that two processes want':
    'waiters are served in arrival order, and the lock outlives a process that dies with it, which a semaphore of the system does not',
  ...forAll(
    ['threads: CPU while idle', 'processes: CPU while idle'],
    'nobody computes any more: it is what Node itself has to do, now and then',
  ),
  'processes: map of 100,000 numbers':
    'V8 has compiled only part of the way of a call after so few of them, while the pace of Python does not change',
  'async: sleep(0), 100,000 times':
    'each goes through a whole turn of the event loop, so that timers and I/O get theirs',
  'async: a lock that ten tasks want, 100,000 times':
    'a grant may still be cancelled before its task goes on, so it takes one more turn than a bare promise',
  ...forAll(
    [
      'async: a queue of 1 between two tasks, 1,000,000 items',
      'async: a queue of 100 between two tasks, 1,000,000 items',
    ],
    'a generator is no queue: its consumer drives it, nothing waits and nothing can be cancelled',
  ),
  'async: gather of 100,000':
    'effects that wait for nothing are called one after another, as a loop would: no task is made, and nothing could run in between',
  'async: 100,000 sleepers, memory of each':
    'V8 sets memory aside for objects to come, and gives it back only when memory is short; it is about the same for any number of tasks, so that each weighs less the more there are',
  ...forAll(
    ['async: 100,000 sleepers, lateness p50', 'async: 100,000 sleepers, memory of each once reserves are given back'],
    'each sleeper is a task that can be cancelled, named and listed',
  ),
  ...forAll(
    ['async: requests over 50 loopback connections', 'async: loopback connections of one request, 50 at a time'],
    'each read is a promise that is awaited, and a wait that can be cancelled; Node reads and writes through streams of its own below that',
  ),
};

function forAll(cases: string[], reason: string): Record<string, string> {
  return Object.fromEntries(cases.map((name) => [name, reason]));
}
