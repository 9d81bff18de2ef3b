import { inspect } from 'node:util';
import { checkOptions } from '../check-options.ts';
import { checkTimeout } from '../duration.ts';
import type { TaskOptions } from '../executor.ts';

/**
 * Checks the options of tasks.
 *
 * @throws {TypeError} If one is of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function checkTaskOptions(options: TaskOptions): TaskOptions {
  checkOptions('make a view of the executor', options);
  checkTimeout(options.timeout);
  const { priority, signal, transfer } = options;
  if (priority !== undefined && typeof priority !== 'number') {
    throw new TypeError(`Cannot use priority = ${String(priority)}: it must be a number`);
  }
  if (Number.isNaN(priority)) throw new RangeError('Cannot use priority = NaN');
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot use signal = ${String(signal)}: it must be an AbortSignal`);
  }
  if (transfer !== undefined && !Array.isArray(transfer)) {
    throw new TypeError(`Cannot use transfer = ${String(transfer)}: it must be an array of buffers`);
  }
  transfer?.forEach(checkTransferable);
  return options;
}

function checkTransferable(buffer: unknown, at: number): void {
  const used = `Cannot use transfer[${at}] = ${inspect(buffer)}`;
  if (ArrayBuffer.isView(buffer))
    throw new TypeError(`${used}: a view cannot be transferred; list its "buffer" instead`);
  if (typeof buffer !== 'object' || buffer === null) throw new TypeError(`${used}: only buffers can be transferred`);
}
