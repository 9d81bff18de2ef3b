import { rlockConformance } from '@weft/conformance';
import { Event, RLock } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

rlockConformance('RLock', {
  create: () => new RLock(),
  createEvent: () => new Event(),
  sync: true,
  elsewhere: elsewhere(),
});
