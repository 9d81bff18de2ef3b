import { boundedSemaphoreConformance, semaphoreConformance } from '@weft/conformance';
import { BoundedSemaphore, Semaphore } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

semaphoreConformance('Semaphore', { create: (value) => new Semaphore(value), sync: true, elsewhere: elsewhere() });
boundedSemaphoreConformance('BoundedSemaphore', {
  create: (value) => new BoundedSemaphore(value),
  sync: true,
  elsewhere: elsewhere(),
});
