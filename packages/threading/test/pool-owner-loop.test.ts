import { expect, it } from 'vitest';
import { Hot, Owner, makeBoard } from '../src/internal/pool-layout.ts';
import { OwnerLoop } from '../src/internal/pool-owner-loop.ts';

it('wakes workers for tasks that nobody has taken, also while the owner of the pool sleeps', async () => {
  const board = makeBoard(1, 1);
  const submissions = { backlog: 3 };
  const states: unknown[] = [];
  await new Promise<void>((resolve) => {
    const sleepers = {
      any: true,
      wakeSearcher: () => {},
      wakeOne: () => {
        if (Atomics.load(board.words, Hot.Owner) !== Owner.Asleep) return;
        states.push(submissions.backlog);
        submissions.backlog -= 1;
        if (submissions.backlog === 0) resolve();
      },
    };
    const loop = new OwnerLoop(board, submissions as never, sleepers as never, [], () => {});
    loop.start();
  });
  expect(states).toEqual([3, 2, 1]);
});
