import { type ConditionLike, conditionRows } from '../src/condition.ts';
import { noticesBroken } from './broken.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { Condition } from './reference/condition.ts';
import { Lock } from './reference/lock.ts';

noticesBroken<(lock?: Lock) => ConditionLike>(
  'a condition',
  {
    'comes back from a wait without its lock': {
      failing: /holds the lock again/,
      create: (lock) =>
        new (class extends Condition {
          override async wait(options?: WaitOptions): Promise<boolean> {
            const answer = await super.wait(options);
            this.release();
            return answer;
          }
        })(lock),
    },
    'remembers a notify': {
      failing: /does not remember a notify/,
      create: (lock) =>
        new (class extends Condition {
          #kept = 0;
          override notify(n = 1): void {
            this.#kept += Math.max(0, n - this.line.waiters.length);
            super.notify(n);
          }
          override async wait(options?: WaitOptions): Promise<boolean> {
            if (this.#kept === 0) return super.wait(options);
            this.#kept -= 1;
            return true;
          }
        })(lock),
    },
    'wakes everyone at each notify': {
      failing: /wakes at most as many as notify says/,
      create: (lock) =>
        new (class extends Condition {
          override notify(): void {
            super.notify(this.line.waiters.length);
          }
        })(lock),
    },
    'keeps a notification that an aborted waiter got': {
      failing: /passes a notification on|loses no notification/,
      create: (lock) =>
        new (class extends Condition {
          override async wait(options: WaitOptions = {}): Promise<boolean> {
            const answer = await super.wait({ timeout: options.timeout });
            options.signal?.throwIfAborted();
            return answer;
          }
        })(lock),
    },
    'may be waited for without its lock': {
      failing: /refuses to wait or to notify without its lock/,
      create: (lock) =>
        new (class extends Condition {
          override async wait(options?: WaitOptions): Promise<boolean> {
            if (!this.locked()) await this.acquire();
            return super.wait(options);
          }
        })(lock),
    },
    'gives each wake new time': {
      failing: /one deadline for all its wakes/,
      create: (lock) =>
        new (class extends Condition {
          override async waitFor<T>(predicate: () => T, options: WaitOptions = {}): Promise<T> {
            let value = predicate();
            while (!value && (await this.wait(options))) value = predicate();
            return value;
          }
        })(lock),
    },
  },
  (create) => conditionRows({ create, createLock: () => new Lock(), rounds: 50 }),
);
