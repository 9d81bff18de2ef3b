import { setImmediate as turn } from 'node:timers/promises';
import { lifoQueueRows } from '../src/lifo-queue.ts';
import { priorityQueueRows } from '../src/priority-queue.ts';
import { type QueueLike, type SimpleQueueLike, queueRows } from '../src/queue.ts';
import { simpleQueueRows } from '../src/simple-queue.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { noticesBroken } from './broken.ts';
import { coded } from './reference/errors.ts';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from './reference/queue.ts';

type Create = (maxsize?: number) => QueueLike;

noticesBroken<Create>(
  'a queue',
  {
    'swallows an item after a getter ran out of time': {
      failing: /get gives up when its time is over/,
      create: (maxsize) =>
        new (class extends Queue {
          override async get(options: WaitOptions = {}): Promise<unknown> {
            const { timeout = Infinity, signal } = options;
            if (timeout === 0 || !(timeout < 1_000)) return super.get(options);
            // The getter stays in the line.
            const late = new Promise<never>((_resolve, reject) => {
              setTimeout(() => reject(coded('QueueEmptyError')), timeout);
            });
            return Promise.race([super.get({ signal }), late]);
          }
        })(maxsize),
    },
    'swallows the item of a getter that is aborted': {
      failing: /get loses no grant|get loses and invents nothing/,
      create: (maxsize) =>
        new (class extends Queue {
          override async get(options: WaitOptions = {}): Promise<unknown> {
            const item = await super.get(options);
            options.signal?.throwIfAborted();
            return item;
          }
        })(maxsize),
    },
    'wakes no putter': {
      failing: /lets a put wait until there is room/,
      create: (maxsize) =>
        new (class extends Queue {
          override getNowait(): unknown {
            if (this.empty()) throw coded(this.isShutdown ? 'QueueShutDownError' : 'QueueEmptyError');
            return this.takeOut();
          }
        })(maxsize),
    },
    'joins when items are taken': {
      failing: /joins when each item is done/,
      create: (maxsize) =>
        new (class extends Queue {
          override getNowait(): unknown {
            const item = super.getNowait();
            super.taskDone();
            return item;
          }
          override taskDone(): void {}
        })(maxsize),
    },
    'leaves getters waiting when it is shut down': {
      failing: /wakes getters that wait/,
      create: (maxsize) =>
        new (class extends Queue {
          override shutdown(): void {
            this.isShutdown = true;
          }
        })(maxsize),
    },
    'takes more than its maxsize': { failing: /is full at its maxsize/, create: () => new Queue() },
    'loses what counts as false': {
      failing: /also those that count as false/,
      create: (maxsize) =>
        new (class extends Queue {
          override async get(options?: WaitOptions): Promise<unknown> {
            return (await super.get(options)) || 'nothing';
          }
        })(maxsize),
    },
    'serves getters when it likes': {
      failing: /in the order in which they came|arrival order/,
      create: (maxsize) =>
        new (class extends Queue {
          protected override takeOut(): unknown {
            return this.items.pop();
          }
        })(maxsize),
    },
    'lets a put be seen later': {
      failing: /counts its items|is full at its maxsize/,
      create: (maxsize) =>
        new (class extends Queue {
          override async put(item: unknown, options?: WaitOptions): Promise<void> {
            void turn().then(() => super.put(item, options));
          }
        })(maxsize),
    },
  },
  (create) => queueRows({ create, rounds: 50 }),
);

noticesBroken<Create>(
  'a lifo queue',
  { 'is a plain one': { failing: /latest item first/, create: (maxsize) => new Queue(maxsize) } },
  (create) => lifoQueueRows({ create, rounds: 10 }),
);
noticesBroken<Create>(
  'a priority queue',
  {
    'is a plain one': { failing: /smallest item first/, create: (maxsize) => new Queue(maxsize) },
    'compares texts': {
      failing: /smallest item first|element by element/,
      create: (maxsize) =>
        new (class extends PriorityQueue {
          protected override takeOut(): unknown {
            this.items.sort();
            return this.items.shift();
          }
        })(maxsize),
    },
  },
  (create) => priorityQueueRows({ create, rounds: 10 }),
);
noticesBroken<() => SimpleQueueLike>(
  'a simple queue',
  {
    'has a bound': { failing: /has no maxsize/, create: () => new Queue() },
    'gives the latest first': { failing: /in the order in which they came/, create: () => new LifoQueue() },
    'gives items twice': {
      failing: /counts its items|brings every item once/,
      create: () =>
        new (class extends SimpleQueue {
          override async put(item: unknown): Promise<void> {
            await super.put(item);
            await super.put(item);
          }
        })(),
    },
  },
  (create) => simpleQueueRows({ create, rounds: 10 }),
);
