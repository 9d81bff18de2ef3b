import { type EventLike, eventRows } from '../src/event.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { noticesBroken } from './broken.ts';
import { Event } from './reference/event.ts';

noticesBroken<() => EventLike>(
  'an event',
  {
    'forgets those who wait when it is cleared at once': {
      failing: /when clear\(\) follows set\(\) at once/,
      create: () =>
        new (class extends Event {
          override set(): void {
            this.flag = true;
            setImmediate(() => this.flag && super.set());
          }
        })(),
    },
    'wakes one of those who wait': {
      failing: /wakes every waiter/,
      create: () =>
        new (class extends Event {
          override set(): void {
            this.flag = true;
            this.line.grantFirst(true);
          }
        })(),
    },
    'answers something that counts as true': {
      failing: /answers true, and nothing else/,
      create: () =>
        new (class extends Event {
          override async wait(options?: WaitOptions): Promise<boolean> {
            return (await super.wait(options)) ? (1 as never) : false;
          }
        })(),
    },
  },
  (create) => eventRows({ create, rounds: 50 }),
);
