import { barrierConformance } from '@weft/conformance';
import { Barrier } from '@weft/multiprocessing';
import { expect, it } from 'vitest';
import { elsewhere } from './peers.ts';

barrierConformance('Barrier', {
  create: (parties, options) => new Barrier(parties, options),
  sync: true,
  elsewhere: elsewhere(),
});

it('refuses an action that is no function', () => {
  expect(() => new Barrier(2, { action: 5 as never })).toThrow(
    'Cannot use action = 5: it must be an exported function',
  );
});
