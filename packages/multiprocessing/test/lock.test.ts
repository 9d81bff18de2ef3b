import { lockConformance } from '@weft/conformance';
import { Lock } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

lockConformance('Lock', { create: () => new Lock(), sync: true, elsewhere: elsewhere() });
