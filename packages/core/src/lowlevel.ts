/** What Weft's own packages need of core and users do not: no promise of stability outside of this repository. */
export { MAX_TIMER_DELAY, checkTimeout, startTimer } from './duration.ts';
export { Deque } from './internal/deque.ts';
export { type Comparator, Heap } from './internal/heap.ts';
export { type AmbientTask, ambientTask, setAmbientTask } from './ambient.ts';
export { type Interruptible, type Waiter, interruptible } from './interruptible.ts';
export { keepAlive } from './keep-alive.ts';
