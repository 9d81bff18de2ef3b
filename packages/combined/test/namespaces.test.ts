import { asyncio, futures, multiprocessing, threading } from '@weft/combined';
import * as asyncModule from '@weft/async';
import * as core from '@weft/core';
import * as multiprocessingModule from '@weft/multiprocessing';
import * as threadingModule from '@weft/threading';
import { describe, expect, expectTypeOf, it } from 'vitest';

describe('the namespaces', () => {
  it.each([
    ['threading', threading, threadingModule],
    ['multiprocessing', multiprocessing, multiprocessingModule],
    ['asyncio', asyncio, asyncModule],
  ])('%s holds every export of its package, the very same', (_name, namespace, module) => {
    expect(Object.keys(namespace).toSorted()).toEqual(Object.keys(module).toSorted());
    for (const [name, value] of Object.entries(module)) expect(namespace[name as never], name).toBe(value);
  });

  it('keep the types of the packages', () => {
    expectTypeOf(asyncio.gather).toEqualTypeOf<typeof asyncModule.gather>();
    expectTypeOf<asyncio.Task<number>>().toEqualTypeOf<asyncModule.Task<number>>();
    expectTypeOf<threading.Thread>().toEqualTypeOf<threadingModule.Thread>();
  });

  it('give every technique the same errors', () => {
    for (const { CancelledError, TimeoutError } of [futures, asyncio, threading, multiprocessing]) {
      expect(CancelledError).toBe(core.CancelledError);
      expect(TimeoutError).toBe(core.TimeoutError);
    }
  });

  it('name what concurrent.futures has', () => {
    expect(Object.keys(futures).toSorted()).toEqual([
      'BrokenExecutorError',
      'BrokenProcessPoolError',
      'BrokenThreadPoolError',
      'CancelledError',
      'Executor',
      'Future',
      'InvalidStateError',
      'ProcessPoolExecutor',
      'ThreadPoolExecutor',
      'TimeoutError',
      'asCompleted',
      'wait',
    ]);
    expect(futures.Future).toBe(core.Future);
    expect(futures.ThreadPoolExecutor).toBe(threadingModule.ThreadPoolExecutor);
    expect(futures.ProcessPoolExecutor).toBe(multiprocessingModule.ProcessPoolExecutor);
  });
});
