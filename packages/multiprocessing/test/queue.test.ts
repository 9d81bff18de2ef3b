import { queueConformance } from '@weft/conformance';
import { JoinableQueue, Queue } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

const peer = elsewhere();
queueConformance('Queue', {
  create: (maxsize) => new Queue(maxsize),
  sync: true,
  joinable: false,
  identity: false,
  elsewhere: peer,
});
queueConformance('JoinableQueue', {
  create: (maxsize) => new JoinableQueue(maxsize),
  sync: true,
  identity: false,
  elsewhere: peer,
});
