import type { Target } from '@weft/core';
import { decodeBody, loadTarget, refuseMoves } from '@weft/core/lowlevel';
import type { WorkerOptions } from './pool-protocol.ts';
import { decodeValue, encodeValue } from './pool-values.ts';

/**
 * What the initializer of a pool is called with, as it was when the pool was made: what cannot cross is refused there.
 */
export class InitialArguments {
  readonly #args: readonly unknown[];
  readonly #encoded: Buffer;
  /** Whether something is shared, which counts each time that it is sent. */
  readonly #counts: boolean;
  #sent = false;

  /** @throws {TransferError} If an argument cannot cross, or is to move: each worker gets them. */
  constructor(args: readonly unknown[]) {
    refuseMoves(args, 'initargs');
    this.#args = [...args];
    this.#encoded = encodeValue(this.#args, 'initargs');
    this.#counts = decodeBody(this.#encoded).s?.some(({ kind }) => kind === 'wirable') ?? false;
  }

  /** Encodes them for one worker. */
  encode(): Buffer {
    const isFirst = !this.#sent;
    this.#sent = true;
    return isFirst || !this.#counts ? this.#encoded : encodeValue(this.#args, 'initargs');
  }
}

/** Calls the initializer in a worker, if there is one. */
export async function callInitializer({ initializer, initargs }: WorkerOptions): Promise<void> {
  const args = await new Promise<unknown>((use, fail) => decodeValue(initargs, use, fail));
  if (initializer !== undefined) await ((await loadTarget(initializer)) as Target)(...(args as unknown[]));
}
