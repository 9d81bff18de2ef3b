import { type BarrierLike, barrierRows } from '../src/barrier.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { noticesBroken } from './broken.ts';
import { Barrier } from './reference/barrier.ts';

type Options = { action?: () => unknown; timeout?: number };

noticesBroken<(parties: number, options?: Options) => BarrierLike>(
  'a barrier',
  {
    'gives everyone the same index': {
      failing: /another index/,
      create: (parties, options) =>
        new (class extends Barrier {
          override async wait(limits?: WaitOptions): Promise<number> {
            await super.wait(limits);
            return 0;
          }
        })(parties, options),
    },
    'stays whole when a party runs out of time': {
      failing: /breaks for every party/,
      create: (parties, options) =>
        new (class extends Barrier {
          override wait(limits: WaitOptions = {}): Promise<number> {
            return super.wait({ ...limits, timeout: undefined });
          }
        })(parties, options),
    },
    'runs its action for each party': {
      failing: /runs its action once/,
      create: (parties, { action, ...options } = {}) =>
        new (class extends Barrier {
          override async wait(limits?: WaitOptions): Promise<number> {
            const index = await super.wait(limits);
            action?.();
            return index;
          }
        })(parties, options),
    },
    'does not look at what its action returns': {
      failing: /returns a promise/,
      create: (parties, { action, ...options } = {}) =>
        new Barrier(parties, { ...options, action: () => void action?.() }),
    },
    'breaks when a party is aborted': {
      failing: /only counts one less/,
      create: (parties, options) =>
        new (class extends Barrier {
          override async wait(limits: WaitOptions = {}): Promise<number> {
            limits.signal?.addEventListener('abort', () => this.abort());
            return super.wait(limits);
          }
        })(parties, options),
    },
  },
  (create) => barrierRows({ create, rounds: 50 }),
);
