import { conditionConformance } from '@weft/conformance';
import { Condition, Lock } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

conditionConformance<Lock>('Condition', {
  create: (lock) => new Condition(lock),
  createLock: () => new Lock(),
  sync: true,
  elsewhere: elsewhere(),
});
