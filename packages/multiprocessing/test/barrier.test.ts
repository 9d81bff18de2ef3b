import { barrierConformance } from '@weft/conformance';
import { Barrier } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

barrierConformance('Barrier', {
  create: (parties, options) => new Barrier(parties, options),
  sync: true,
  elsewhere: elsewhere(),
});
