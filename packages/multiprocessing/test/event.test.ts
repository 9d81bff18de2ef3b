import { eventConformance } from '@weft/conformance';
import { Event } from '@weft/multiprocessing';
import { elsewhere } from './peers.ts';

eventConformance('Event', { create: () => new Event(), sync: true, elsewhere: elsewhere() });
