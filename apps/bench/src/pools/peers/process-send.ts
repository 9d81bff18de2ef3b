import type { ChildProcess } from 'node:child_process';
import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** Bare child processes and `send`, in turn, with Node's better serialisation. */
export const processSend: PoolPeer = {
  name: 'bare process.send',
  role: 'floor',
  open: async (count) => {
    const { fork } = await import('node:child_process');
    const children = Array.from({ length: count }, () =>
      fork(workerFile('process-send'), { serialization: 'advanced' }),
    );
    const pending = new Map<number, (value: unknown) => void>();
    let next = 0;
    for (const child of children) {
      child.on('message', (message) => {
        const [id, result] = message as [number, unknown];
        pending.get(id)?.(result);
        pending.delete(id);
      });
    }
    return {
      call: (task, value) =>
        new Promise((resolve) => {
          pending.set(next, resolve);
          children[next % count]?.send([next, task, value] as never);
          next += 1;
        }),
      close: () => Promise.all(children.map(end)),
    };
  },
  cannot: { 'map of 100,000 numbers': 'it has no map' },
};

function end(child: ChildProcess): Promise<unknown> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  return gone;
}
