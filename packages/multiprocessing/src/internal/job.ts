import { type TargetReference, describeClass } from '@weft/core/lowlevel';
import type { Cell } from './cell.ts';
import { collectHandles } from './handles.ts';
import { encode } from './value-codec.ts';

/** What a child is given to do it with. */
export interface Job {
  readonly type: TargetReference | undefined;
  /** The arguments and, behind them, the fields. */
  readonly bytes: Buffer;
  /** How many of the bytes are fields. */
  readonly fields: number;
  /** What is shared with it: to be taken back if it never reads the bytes. */
  readonly cells: Cell[];
}

/**
 * Writes the arguments of a child, and what it needs to call a `run` that a class overrides: the class, and the public
 * fields of the object.
 *
 * @param overridden The object, if its class overrides `run`.
 * @throws {TargetError} If the child could not find the class.
 * @throws {TransferError} If an argument or a field cannot cross, with the path to it.
 */
export function encodeJob(args: readonly unknown[], overridden: object | undefined): Job {
  const type = overridden && describeClass(overridden.constructor as new () => unknown);
  const cells: Cell[] = [];
  return collectHandles(cells, () => {
    const bytes = encode(args, 'args');
    if (overridden === undefined) return { type, bytes, fields: 0, cells };
    const fields = encode({ ...overridden }, 'this');
    return { type, bytes: Buffer.concat([bytes, fields]), fields: fields.length, cells };
  });
}
