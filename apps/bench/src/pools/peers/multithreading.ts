import type { PoolPeer } from '../pool.ts';
import type { TaskName } from '../tasks.ts';

/** multithreading, which sends a function's source text to its threads. */
export const multithreading: PoolPeer = {
  name: 'multithreading',
  package: 'multithreading',
  role: 'peer',
  open: async (maxWorkers) => {
    const { initRuntime, move, shutdown, spawn } = await import('multithreading');
    initRuntime({ maxWorkers });
    return {
      call: async (task, value) => {
        const outcome = await spawn(move(value), BODIES[task] as (value: unknown) => unknown).join();
        if (!outcome.ok) throw outcome.error as Error;
        return outcome.value;
      },
      close: async () => shutdown(),
    };
  },
  cannot: {
    'blocking call to a worker and back': 'it has no blocking call',
    '1 MB copied there and back': 'it always moves buffers',
    '1 MB moved there and back': 'a result cannot be moved',
    'memory of an idle worker': 'it has one pool only, whose size is fixed',
  },
};

// The texts are evaluated in the thread, so nothing of this module can be used in them.
const BODIES: Record<TaskName, (value: never) => unknown> = {
  increment: (value: number) => value + 1,
  echo: (value: unknown) => value,
  incrementLater: async (value: number) => {
    await null;
    return value + 1;
  },
  spin: (microseconds: number) => {
    const end = performance.now() + microseconds / 1_000;
    let rounds = 0;
    while (performance.now() < end) rounds += 1;
    return rounds;
  },
  grind: (rounds: number) => {
    let state = 1;
    for (let i = 0; i < rounds; i += 1) state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state;
  },
};
