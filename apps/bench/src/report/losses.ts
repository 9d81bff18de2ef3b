import type { CaseResult } from '../measure-case.ts';

/** A case in which a peer is better than ours. */
export interface Loss {
  area: string;
  case: string;
  to: string;
  by: number;
  why: string;
}

/** Below this, a difference is noise on a shared machine. */
const NOISE = 1.05;

/** Finds the cases in which the best peer beats ours by more than noise. */
export function losses(cases: readonly CaseResult[]): Loss[] {
  return cases.flatMap(({ area, case: name, subjects }) => {
    const peers = subjects.filter(({ role, ratioToOurs }) => role === 'peer' && ratioToOurs < 1 / NOISE);
    const worst = peers.toSorted((a, b) => a.ratioToOurs - b.ratioToOurs)[0];
    if (worst === undefined) return [];
    return [
      {
        area,
        case: name,
        to: worst.name,
        by: 1 / worst.ratioToOurs,
        why: REASONS[`${area}: ${name}`] ?? 'not explained yet',
      },
    ];
  });
}

/** Why ours is behind where it is known to be. */
const REASONS: Record<string, string> = {
  ...forAll(
    [
      'threads: cold start to first result',
      'processes: cold start to first result',
      "processes: the tutorial's sum of squares, whole program",
    ],
    'some hundred small ES modules are loaded, and half of them again by each worker; the peers are one or two files',
  ),
  ...forAll(
    ['threads: memory of an idle worker', 'processes: memory of an idle worker'],
    "a worker holds the library's modules and its rings or buffers, which the peers do not have",
  ),
  ...forAll(
    ['threads: 1 MB copied there and back', 'threads: 1 MB moved there and back'],
    'bytes of that size go by port as with the peers, after the claim of the task has gone through the ring',
  ),
  ...forAll(
    ['processes: 1 MB copied there and back', 'processes: 64 MB there and back'],
    'bytes are copied into shared memory and out of it: nothing stays shared with a worker that may die',
  ),
  ...forAll(
    ['processes: one in flight, p50', 'processes: one in flight, p99'],
    'one message each way, as with the peers: both sides sleep in the kernel between them',
  ),
  'async: a lock that ten tasks want, 100,000 times':
    'a grant may still be cancelled before its task goes on, so it takes one more turn than a bare promise',
  ...forAll(
    [
      'async: a queue of 1 between two tasks, 1,000,000 items',
      'async: a queue of 100 between two tasks, 1,000,000 items',
    ],
    'a generator is no queue: its consumer drives it, nothing waits and nothing can be cancelled',
  ),
  ...forAll(
    ['async: 100,000 sleepers, memory of each', 'async: 100,000 sleepers, lateness p50'],
    'each sleeper is a task that can be cancelled, named and listed, in a heap that grows in steps',
  ),
};

function forAll(cases: string[], reason: string): Record<string, string> {
  return Object.fromEntries(cases.map((name) => [name, reason]));
}
