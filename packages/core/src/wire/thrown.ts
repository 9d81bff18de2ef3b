import type { Medium } from './protocol.ts';
import { type Body, type Packed, pack } from './pack.ts';
import { simplify } from './simplify.ts';
import { unpack } from './unpack.ts';

/**
 * Carries, as the `cause` of an error that came from another thread or process, where and how it was thrown there.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html
 * @example
 * const error = await pool.submit(fail).exception();
 * if (error instanceof Error && error.cause instanceof RemoteTraceback) console.log(error.cause.stack);
 */
export class RemoteTraceback extends Error {
  static {
    this.prototype.name = 'RemoteTraceback';
  }

  /**
   * @param origin Where the error was thrown: the name of a thread or process.
   * @param stack The error's stack there.
   */
  constructor(origin: string, stack: string) {
    super(`thrown in ${origin}`);
    this.stack = `${this.name}: ${this.message}\n${stack}`;
  }
}

/**
 * Packs what a task threw: always possible, whatever it is. Fields that cannot cross arrive as their printed form.
 *
 * @param thrown What was thrown: an error, or any other value.
 */
export function packThrown(thrown: unknown, medium: Medium): Packed {
  try {
    const packed = pack(thrown, medium, 'the error');
    if (!surelyCrosses(packed.body)) structuredClone(packed.body);
    return packed;
  } catch {
    return pack(simplify(thrown, medium), medium, 'the error');
  }
}

// Errors whose fields are texts, numbers and other errors need not be tried.
function surelyCrosses({ v, s = [] }: Body): boolean {
  const holes = new Set<unknown>(s.map(({ hole }) => hole));
  const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null || holes.has(value);
  return isPlain(v) && s.every((it) => it.kind === 'error' && it.error.fields.every(([, value]) => isPlain(value)));
}

/**
 * Makes what {@link packThrown} packed, with the far stack as `cause` unless the error has a cause of its own.
 *
 * @param origin Where it was thrown, for people.
 */
export function unpackThrown(body: Body, medium: Medium, origin: string): unknown {
  const thrown = unpack(body, medium);
  if (thrown instanceof Error && !Object.hasOwn(thrown, 'cause')) {
    const cause = new RemoteTraceback(origin, thrown.stack ?? String(thrown));
    Object.defineProperty(thrown, 'cause', { value: cause, configurable: true, writable: true });
  }
  return thrown;
}
