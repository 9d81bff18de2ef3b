import type { Kind } from './cell-memory.ts';
import { barrierKind } from './operations/barrier.ts';
import { conditionKind } from './operations/condition.ts';
import { eventKind } from './operations/event.ts';
import { lockKind } from './operations/lock.ts';
import { mailboxKind } from './operations/mailbox.ts';
import { semaphoreKind } from './operations/semaphore.ts';

export const LOCK = 0;
export const SEMAPHORE = 1;
export const EVENT = 2;
export const CONDITION = 3;
export const BARRIER = 4;
export const MAILBOX = 5;

/** What each kind of primitive does when one of its members dies, by its number. */
export const kinds: readonly Kind[] = [lockKind, semaphoreKind, eventKind, conditionKind, barrierKind, mailboxKind];
