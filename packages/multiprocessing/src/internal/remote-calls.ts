import { BrokenPipeError, EndOfStreamError, Guard } from '@weft/core';
import { ambientTask, interruptible, outsideTasks } from '@weft/core/lowlevel';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import type { Address } from './address.ts';
import type { Reply, Request } from './manager-protocol.ts';
import { decodeThrown } from './pool-values.ts';
import { isReady } from './waitable.ts';

type WithoutId<R> = R extends { id: number } ? Omit<R, 'id'> : never;
/** What a server is told of proxies. */
export type Notice = Extract<Request, { kind: 'export' | 'claim' | 'release' }>;
interface Pending {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

const open = new Set<RemoteCalls>();

const GONE = "Cannot reach the manager's server: it is gone";

/** Asks a manager's server to do things, over one connection for this process, whose tasks share it. */
export class RemoteCalls {
  readonly address: Address;
  readonly #connection: Connection;
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #gone: Error | undefined;

  private constructor(address: Address, connection: Connection) {
    this.address = address;
    this.#connection = connection;
    if (open.size === 0) process.on('exit', closeAll);
    open.add(this);
  }

  static async connect(address: Address, authkey: Uint8Array): Promise<RemoteCalls> {
    let connection: Connection;
    try {
      connection = await connect(address, { authkey });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') throw new EndOfStreamError(GONE, { cause });
      throw cause;
    }
    return new RemoteCalls(address, connection);
  }

  /** Whether the server is known to be gone. */
  get isGone(): boolean {
    // Unasked it tells nothing: what there is to receive then is the end.
    return this.#gone !== undefined || (this.#pending.size === 0 && this.#connection[isReady]());
  }

  /**
   * Asks, and waits for the answer; a signal, or that the task is cancelled, ends the wait there too.
   *
   * @param ends Whether the call is sure to end there then: a cancelled task waits for how it ends, so that nothing is
   *   lost that it was granted.
   */
  async ask(request: WithoutId<Request>, signal?: AbortSignal, ends = false): Promise<Reply> {
    if (this.#gone) throw this.#gone;
    signal?.throwIfAborted();
    this.#last += 1;
    const id = this.#last;
    // The other side decides: it answers with what it had granted, which then counts, or that the wait is over.
    const onAbort = (): void => this.#post({ kind: 'abort', id });
    signal?.addEventListener('abort', onAbort);
    let isCancelled = false;
    const onCancel = (): boolean => {
      onAbort();
      isCancelled = true;
      return !ends && this.#settleAborted(id);
    };
    try {
      const reply = await this.#send(id, { ...request, id } as Request, onCancel);
      if (!('error' in reply)) return reply;
      signal?.throwIfAborted();
      // This throws the cancellation, which the task has been owed since then.
      if (isCancelled) ambientTask()?.enterWait(() => false)();
      throw await thrownIn(reply.error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Tells something that is not answered. */
  tell(notice: Notice): void {
    if (!this.#gone) this.#post(notice);
  }

  /** The guard of something that the server holds for this process. */
  guard(id: number, abandoned: boolean): Guard {
    const release = (): Promise<Reply> => outsideTasks(() => this.ask({ kind: 'unguard', guard: id }));
    return new Guard(() => void release().catch(() => {}), abandoned);
  }

  /** Takes leave of the server. */
  close(): void {
    if (!this.#gone) this.#post({ kind: 'bye' });
    this.#connection.close();
    this.#fail(new EndOfStreamError(GONE));
  }

  #send(id: number, request: Request, onCancel: () => boolean): Promise<Reply> {
    return interruptible<Reply>(
      {},
      {
        action: 'call a manager',
        begin: (waiter) => {
          this.#pending.set(id, waiter);
          this.#post(request, id);
          this.#receive();
          return onCancel;
        },
      },
    );
  }

  #post(request: Request, id?: number): void {
    outsideTasks(() => this.#connection.send(request)).catch((error: unknown) => {
      const reason = error instanceof BrokenPipeError ? new EndOfStreamError(GONE, { cause: error }) : error;
      if (id !== undefined) this.#take(id)?.reject(reason);
    });
  }

  #settleAborted(id: number): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    // A guard that comes all the same is given back.
    this.#pending.set(id, {
      resolve: (reply) => {
        if ('guard' in reply) this.guard(reply.guard, false)[Symbol.dispose]();
      },
      reject: () => {},
    });
    return true;
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #receiving = false;

  /** Receives for as long as somebody waits for an answer, so that an idle proxy does not keep the process alive. */
  #receive(): void {
    if (this.#receiving) return;
    this.#receiving = true;
    void outsideTasks(() => this.#loop());
  }

  async #loop(): Promise<void> {
    try {
      while (this.#pending.size > 0) {
        const reply = (await this.#connection.recv()) as Reply;
        this.#take(reply.id)?.resolve(reply);
      }
      this.#receiving = false;
    } catch (cause) {
      this.#fail(new EndOfStreamError(GONE, { cause }));
    }
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    open.delete(this);
    if (open.size === 0) process.off('exit', closeAll);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Waits for a connection that others wait for too: a task that is cancelled leaves it to them. */
export function opened(calls: Promise<RemoteCalls>): Promise<RemoteCalls> {
  return interruptible<RemoteCalls>(
    {},
    {
      action: 'connect to a manager',
      begin: ({ resolve, reject }) => {
        calls.then(resolve, reject);
        return () => true;
      },
    },
  );
}

// Whoever only closed the connection would be taken for dead.
function closeAll(): void {
  for (const calls of open) calls.close();
}

/** What a method threw in the server; an error too if that cannot be read here. */
function thrownIn(bytes: Uint8Array): Promise<unknown> {
  return new Promise((resolve) => {
    decodeThrown(bytes, "the manager's server", resolve);
  });
}

/** Splits the signal of a wait off a call's arguments: it stays here, the rest goes along. */
export function splitSignal(args: unknown[]): { args: unknown[]; signal: AbortSignal | undefined } {
  const last = args.at(-1);
  if (typeof last !== 'object' || last === null || !('signal' in last) || !(last.signal instanceof AbortSignal))
    return { args, signal: undefined };
  const { signal, ...rest } = last;
  return { args: [...args.slice(0, -1), rest], signal };
}
