import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { Elsewhere } from '@weft/conformance';
import { Thread, transfer } from '@weft/threading';
import { runErrand } from './fixtures/errand.ts';

/** Runs an exported function of `module` in a thread of its own, and gives its result. */
export function elsewhereOf(module: string): Elsewhere {
  return async (run, ...args) => {
    const { port1, port2 } = new MessageChannel();
    const answered = once(port1, 'message') as Promise<[{ value?: never; error?: unknown }]>;
    const thread = new Thread({
      target: runErrand,
      args: [transfer(port2, [port2]), module, run.name, args],
      daemon: true,
    }).start();
    const [answer] = await answered;
    await thread.join();
    if ('error' in answer) throw answer.error;
    return answer.value as never;
  };
}
