/** What can be moved instead of copied. */
export type Transferable = ArrayBuffer | (object & { readonly [Symbol.toStringTag]?: string });

const moved = new WeakMap<Transfer, { value: unknown; buffers: readonly Transferable[] }>();

/** A value whose buffers move; made by {@link transfer}. */
export class Transfer {
  readonly #brand = 'weft.transfer';

  /** Says whether a value was made by {@link transfer}. */
  static is(value: object): value is Transfer {
    return #brand in value;
  }
}

/**
 * Moves buffers to the other side with a value instead of copying them: afterwards they are empty here.
 *
 * Between processes the bytes are copied once, and the buffers are emptied here all the same.
 *
 * @param value An argument, or a task's result.
 * @param buffers What to move: `ArrayBuffer`s, and between threads whatever Node transfers (ports, streams).
 * @returns A value of the same type, to be passed on or returned at once.
 * @throws {TypeError} If `buffers` is not an array.
 * @see https://nodejs.org/api/worker_threads.html#portpostmessagevalue-transferlist
 * @example
 * await pool.submit(invert, transfer(pixels, [pixels.buffer]));
 */
export function transfer<T>(value: T, buffers: readonly Transferable[]): T {
  if (!Array.isArray(buffers))
    throw new TypeError(`Cannot transfer ${String(buffers)}: it must be an array of buffers`);
  const wrapper = new Transfer();
  moved.set(wrapper, { value, buffers });
  return wrapper as T;
}

/** What {@link transfer} was given. */
export function unwrapTransfer(wrapper: Transfer): { value: unknown; buffers: readonly Transferable[] } {
  return moved.get(wrapper) ?? { value: undefined, buffers: [] };
}
