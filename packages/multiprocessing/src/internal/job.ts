import { type TargetReference, describeClass, encodeBytes } from '@weft/core/lowlevel';

/** What a child is given to do it with. */
export interface Job {
  readonly type: TargetReference | undefined;
  /** The arguments and, behind them, the fields. */
  readonly bytes: Buffer;
  /** How many of the bytes are fields. */
  readonly fields: number;
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
  const bytes = encodeBytes(args, { medium: 'process', path: 'args' });
  if (overridden === undefined) return { type, bytes, fields: 0 };
  const fields = encodeBytes({ ...overridden }, { medium: 'process', path: 'this' });
  return { type, bytes: Buffer.concat([bytes, fields]), fields: fields.length };
}
