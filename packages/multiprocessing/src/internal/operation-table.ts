import type { Operation } from './cell.ts';
import * as barrier from './operations/barrier.ts';
import * as condition from './operations/condition.ts';
import * as event from './operations/event.ts';
import * as lock from './operations/lock.ts';
import * as mailbox from './operations/mailbox.ts';
import * as pipeEnds from './operations/pipe-ends.ts';
import * as semaphore from './operations/semaphore.ts';
import * as waits from './operations/waits.ts';

/** All operations, each with a number by which the broker is asked for it. */
const OPERATIONS: readonly Operation[] = [
  waits.collect,
  waits.withdraw,
  waits.reap,
  waits.quit,
  waits.giveUp,
  lock.acquire,
  lock.release,
  semaphore.acquire,
  semaphore.release,
  event.wait,
  event.set,
  event.clear,
  condition.wait,
  condition.notify,
  barrier.arrive,
  barrier.complete,
  barrier.abort,
  barrier.reset,
  barrier.leave,
  barrier.waiting,
  mailbox.put,
  mailbox.collectPlace,
  mailbox.leavePlace,
  mailbox.get,
  mailbox.collectMessage,
  mailbox.poll,
  mailbox.taskDone,
  mailbox.join,
  mailbox.shutDown,
  pipeEnds.openEnd,
  pipeEnds.sendEnd,
  mailbox.resize,
];

const numbers = new Map(OPERATIONS.map((operation, number) => [operation, number]));

export function numberOf(operation: Operation): number {
  return numbers.get(operation) as number;
}

export function operationOf(number: number): Operation {
  return OPERATIONS[number] as Operation;
}
