import { simpleQueueConformance } from '@weft/conformance';
import { SimpleQueue } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

simpleQueueConformance('SimpleQueue', {
  create: () => new SimpleQueue(),
  sync: true,
  identity: false,
  elsewhere: elsewhere(),
});
