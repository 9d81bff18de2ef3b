import { describe, expect, it } from 'vitest';
import * as core from '@weft/core';

const made: [core.ConcurrencyError, string][] = [
  [new core.TimeoutError('acquire a permit', 5), 'ERR_TIMEOUT'],
  [new core.CancelledError('c'), 'ERR_CANCELLED'],
  [new core.InvalidStateError('i'), 'ERR_INVALID_STATE'],
  [new core.NotOwnerError('n'), 'ERR_NOT_OWNER'],
  [new core.QueueEmptyError(), 'ERR_QUEUE_EMPTY'],
  [new core.QueueFullError(), 'ERR_QUEUE_FULL'],
  [new core.QueueShutDownError(), 'ERR_QUEUE_SHUT_DOWN'],
  [new core.BrokenBarrierError(), 'ERR_BROKEN_BARRIER'],
  [new core.BrokenExecutorError('b'), 'ERR_BROKEN_EXECUTOR'],
  [new core.BrokenThreadPoolError('b'), 'ERR_BROKEN_THREAD_POOL'],
  [new core.BrokenProcessPoolError('b'), 'ERR_BROKEN_PROCESS_POOL'],
  [new core.TransferError('t'), 'ERR_TRANSFER'],
  [new core.TargetError('t'), 'ERR_TARGET'],
  [new core.EndOfStreamError(), 'ERR_END_OF_STREAM'],
  [new core.BrokenPipeError(), 'ERR_BROKEN_PIPE'],
  [new core.AuthenticationError('a'), 'ERR_AUTHENTICATION'],
  [new core.SystemExit(3), 'ERR_SYSTEM_EXIT'],
];

describe('every error of ours', () => {
  it.each(made.map(([error, code]): [string, core.ConcurrencyError, string] => [error.constructor.name, error, code]))(
    '%s has its name, a stable code and one common base',
    (name, error, code) => {
      expect(error).toBeInstanceOf(core.ConcurrencyError);
      expect(error.name).toBe(name);
      expect(error.code).toBe(code);
      expect(Object.keys(error)).not.toContain('name');
      expect(error.stack).toMatch(new RegExp(`^${name}`));
    },
  );
});

it('refines the broader errors', () => {
  expect(new core.NotOwnerError('n')).toBeInstanceOf(core.InvalidStateError);
  expect(new core.BrokenThreadPoolError('n')).toBeInstanceOf(core.BrokenExecutorError);
  expect(new core.BrokenProcessPoolError('n')).toBeInstanceOf(core.BrokenExecutorError);
});

it('names the action and the time in a TimeoutError', () => {
  expect(new core.TimeoutError('acquire a permit', 5).message).toBe('Cannot acquire a permit within 5 ms');
});

it('keeps the status in SystemExit', () => {
  expect(new core.SystemExit(3).exitCode).toBe(3);
  expect(new core.SystemExit().exitCode).toBe(0);
});
