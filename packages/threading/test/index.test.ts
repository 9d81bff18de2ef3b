import * as threading from '@weft/threading';
import { describe, expect, it } from 'vitest';

// The names of Python's threading and queue, as they are here.
const NAMES = [
  ...['Barrier', 'BoundedSemaphore', 'Condition', 'Event', 'Lock', 'RLock', 'Semaphore'],
  ...['LifoQueue', 'PriorityQueue', 'Queue', 'SimpleQueue', 'QueueEmptyError', 'QueueFullError', 'QueueShutDownError'],
  ...[
    'Thread',
    'Timer',
    'Local',
    'activeCount',
    'currentThread',
    'enumerate',
    'excepthook',
    'getIdent',
    'mainThread',
    'setExcepthook',
  ],
  ...['BrokenBarrierError', 'ThreadPoolExecutor', 'exit'],
];

describe('the package', () => {
  it('exports the names of threading and queue [TH-171]', () => {
    expect(NAMES.filter((name) => !(name in threading))).toEqual([]);
  });

  it('exports what its users need of core', () => {
    for (const name of [
      'ConcurrencyError',
      'Guard',
      'TimeoutError',
      'InvalidStateError',
      'NotOwnerError',
      'TargetError',
      'TransferError',
      'isMain',
      'task',
      'transfer',
    ]) {
      expect(threading).toHaveProperty(name);
    }
  });

  it('has errors of one family [TH-172]', () => {
    expect(new threading.BrokenBarrierError()).toBeInstanceOf(threading.ConcurrencyError);
    expect(new threading.NotOwnerError('')).toBeInstanceOf(threading.InvalidStateError);
  });
});
