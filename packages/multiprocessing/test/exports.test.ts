import { readFileSync } from 'node:fs';
import * as multiprocessing from '@weft/multiprocessing';
import { describe, expect, it } from 'vitest';

/** What Python's `multiprocessing.__all__` names, and what we call it. */
const NAMES: Record<string, keyof typeof multiprocessing> = {
  Array: 'SharedArray',
  AuthenticationError: 'AuthenticationError',
  Barrier: 'Barrier',
  BoundedSemaphore: 'BoundedSemaphore',
  BufferTooShort: 'BufferTooShortError',
  Condition: 'Condition',
  Event: 'Event',
  JoinableQueue: 'JoinableQueue',
  Lock: 'Lock',
  Manager: 'Manager',
  Pipe: 'Pipe',
  Pool: 'Pool',
  Process: 'Process',
  ProcessError: 'ConcurrencyError',
  Queue: 'Queue',
  RLock: 'RLock',
  RawArray: 'SharedArray',
  RawValue: 'SharedValue',
  Semaphore: 'Semaphore',
  SimpleQueue: 'SimpleQueue',
  TimeoutError: 'TimeoutError',
  Value: 'SharedValue',
  active_children: 'activeChildren',
  cpu_count: 'cpuCount',
  current_process: 'currentProcess',
  freeze_support: 'freezeSupport',
  get_all_start_methods: 'getAllStartMethods',
  get_context: 'getContext',
  get_logger: 'getLogger',
  get_start_method: 'getStartMethod',
  log_to_stderr: 'logToStderr',
  parent_process: 'parentProcess',
  set_executable: 'setExecutable',
  set_start_method: 'setStartMethod',
};
/** What Python names there and we do not have, because there is no fork and no pickle: `docs/python-parity.md` says so. */
const ABSENT = ['allow_connection_pickling', 'reducer', 'set_forkserver_preload'];

describe('the names of the package', () => {
  it.each(Object.entries(NAMES))('%s is here, as %s [MP-287]', (_python, ours) => {
    expect(multiprocessing[ours]).toBeTypeOf('function');
  });

  it.each(ABSENT)('%s is not here, and the documentation says why [MP-287]', (name) => {
    const parity = readFileSync(new URL('../../../docs/python-parity.md', import.meta.url), 'utf8');
    expect(parity).toContain(name);
  });

  it('all stand for something [MP-287]', () => {
    for (const [name, value] of Object.entries(multiprocessing)) expect(value, name).toBeDefined();
  });
});
