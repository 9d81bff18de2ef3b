import type { Future } from '../future.ts';

import type { TaskReport, TaskRegistry } from './task-registry.ts';

/** Everything a report needs, without holding on to the future. */
interface Failure {
  readonly registry: TaskRegistry;
  readonly report: TaskReport;
}

const failures = new Map<symbol, Failure>();
const keys = new WeakMap<Future, symbol>();
const collected = new FinalizationRegistry<symbol>(reportFailure);
let reportsAtExit = false;

/** Remembers a failure that nobody has looked at. It is reported when the future is collected, or when its run ends. */
export function noteUnretrieved(future: Future): void {
  const key = Symbol('failure');
  const registry = future._registry();
  // Until its text is made, a stack holds on to the receivers of its calls, and the task among them.
  if (future._value instanceof Error) void future._value.stack;
  keys.set(future, key);
  failures.set(key, { registry, report: future._report() });
  collected.register(future, key, future);
  if (registry.unhandled === 'crash') setImmediate(reportFailure, key);
  if (reportsAtExit) return;
  reportsAtExit = true;
  process.on('exit', () => {
    for (const { registry: owner, report } of failures.values()) owner.report(report, true);
  });
}

/** Somebody has looked at the failure. */
export function retrieved(future: Future): void {
  if (failures.size === 0) return;
  const key = keys.get(future);
  if (key !== undefined && failures.delete(key)) collected.unregister(future);
}

/** Reports the failures of one run, without waiting for the garbage collector. */
export function reportUnretrieved(registry: TaskRegistry): void {
  for (const [key, failure] of failures) if (failure.registry === registry) reportFailure(key);
}

function reportFailure(key: symbol): void {
  const failure = failures.get(key);
  if (!failure) return;
  failures.delete(key);
  failure.registry.report(failure.report);
}
