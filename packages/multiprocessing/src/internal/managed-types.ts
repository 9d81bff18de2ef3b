import { Barrier } from '../barrier.ts';
import { BoundedSemaphore } from '../bounded-semaphore.ts';
import { Condition } from '../condition.ts';
import { Event } from '../event.ts';
import { JoinableQueue } from '../joinable-queue.ts';
import { Lock } from '../lock.ts';
import { Semaphore } from '../semaphore.ts';
import { ManagedDict } from './managed/dict.ts';
import { ManagedList } from './managed/list.ts';
import { ManagedNamespace } from './managed/namespace.ts';
import { ManagedRLock } from './managed/rlock.ts';
import { ManagedSet } from './managed/set.ts';
import { ManagedArray, ManagedValue } from './managed/value.ts';

/** What a manager's server makes objects of. */
export type Class = new (...args: never[]) => object;

const TYPES: Record<string, Class> = {
  dict: ManagedDict,
  list: ManagedList,
  set: ManagedSet,
  Namespace: ManagedNamespace,
  Value: ManagedValue,
  Array: ManagedArray,
  Queue: JoinableQueue,
  Lock,
  RLock: ManagedRLock,
  Semaphore,
  BoundedSemaphore,
  Event,
  Barrier,
  Condition: class extends Condition {
    constructor() {
      super(new Lock());
    }
  },
};

/** What a manager can make by name. */
export function typeNamed(name: string): Class | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}
