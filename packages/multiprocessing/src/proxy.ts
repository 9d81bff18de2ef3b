import { inspect } from 'node:util';
import { type Guard, type Medium, QueueShutDownError, fromWire, task, toWire } from '@weft/core';
import { outsideTasks } from '@weft/core/lowlevel';
import { ownAuthkey } from './internal/authkey.ts';
import type { ProxyState, SentProxy } from './internal/manager-protocol.ts';
import { type Notice, RemoteCalls, opened, splitSignal } from './internal/remote-calls.ts';
import { decode, encode } from './internal/value-codec.ts';

/** A method as it is called from afar. */
type RemoteMethod<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<RemoteResult<R>> : never;
type RemoteResult<R> =
  Awaited<R> extends Guard
    ? Guard
    : Awaited<R> extends Iterator<infer T> | AsyncIterator<infer T>
      ? AsyncIterableIterator<T>
      : Awaited<R>;

/** What an object that a manager keeps looks like from afar: the same methods, each of which gives a promise. */
export type Remote<T> = Proxy & {
  readonly [
    K in keyof T as K extends string ? (T[K] extends (...args: never[]) => unknown ? K : never) : never
  ]: RemoteMethod<T[K]>;
} & (T extends Iterable<infer I> | AsyncIterable<infer I> ? AsyncIterable<I> : unknown);

interface Way {
  /** The server's address, as text. */
  readonly address: string;
  readonly calls: Promise<RemoteCalls>;
  /** Once it is open. */
  open: RemoteCalls | undefined;
}

/** The connections to servers: those of the managers here, which know the key, and one for any other server. */
const ways = new Set<Way>();
const unreachable = new FinalizationRegistry<() => void>((release) => release());

/**
 * Stands for an object that a manager's server keeps. It may be sent to other processes, also into other managed
 * objects; the object lives as long as any of its proxies.
 *
 * A call fails with an `EndOfStreamError` when the server is gone.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#proxy-objects
 * @example
 * await using manager = new Manager();
 * const names = await manager.list<string>(['ada']);
 * console.log(names instanceof Proxy); // true
 * await names.append('grace');
 */
export class Proxy implements Disposable {
  static {
    task(import.meta, this);
  }
  readonly #state: ProxyState;
  readonly #calls: Promise<RemoteCalls>;
  #released = false;

  /** @param state Where the object is. A manager makes proxies; nobody else has to. */
  constructor(state: ProxyState, calls: Promise<RemoteCalls>) {
    this.#state = state;
    this.#calls = calls;
    this.#calls.catch(() => {});
    const { object } = state;
    unreachable.register(this, () => tell(calls, { kind: 'release', object }), this);
  }

  /**
   * Calls a method of the object, for those whose name is not known before.
   *
   * @throws {RemoteError} If the object has no such method, or does not expose it.
   */
  async call(method: string, ...args: unknown[]): Promise<unknown> {
    if (typeof method !== 'string')
      throw new TypeError(`Cannot call ${inspect(method, { depth: 0 })}: it must be the name of a method`);
    const calls = await opened(this.#calls);
    const { args: plain, signal } = splitSignal(args);
    const { object, isOwn } = this.#state;
    const reply = await calls.ask(
      { kind: 'call', object, method, args: encode(plain, 'args'), signalled: signal !== undefined },
      signal,
      isOwn,
    );
    if ('guard' in reply) return calls.guard(reply.guard, reply.abandoned);
    if ('iterator' in reply) return iterate(calls, reply.iterator);
    return 'value' in reply ? decode(reply.value) : undefined;
  }

  /** Gives the proxy up. When all are, the object goes. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    unreachable.unregister(this);
    tell(this.#calls, { kind: 'release', object: this.#state.object });
  }

  /** Gives the items of what can be iterated; those of a queue until it is shut down. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    const { type, isOwn } = this.#state;
    if (isOwn && type === 'Queue') yield* takeAll(this);
    else yield* (await this.call('@@iterator')) as AsyncIterable<unknown>;
  }

  [inspect.custom](): string {
    const { type, object, address } = this.#state;
    return `Proxy { ${type} ${object} at ${inspect(address)}${this.#released ? ', released' : ''} }`;
  }

  [toWire](_medium: Medium): unknown {
    const crossing = Math.random();
    tell(this.#calls, { kind: 'export', object: this.#state.object, crossing });
    return { ...this.#state, crossing } satisfies SentProxy;
  }

  static [fromWire]({ crossing, ...state }: SentProxy): Proxy {
    const calls = callsTo(state);
    tell(calls, { kind: 'claim', object: state.object, crossing });
    return new Proxy(state, calls);
  }
}

/** Remembers the connection to a server, for proxies that arrive from elsewhere. */
export function rememberServer(calls: RemoteCalls): void {
  ways.add({ address: JSON.stringify(calls.address), calls: Promise.resolve(calls), open: calls });
}

/** Forgets it again. */
export function forgetServer(calls: RemoteCalls): void {
  for (const way of ways) if (way.open === calls) ways.delete(way);
}

function tell(calls: Promise<RemoteCalls>, notice: Notice): void {
  void calls.then((open) => open.tell(notice)).catch(() => {});
}

function callsTo(state: ProxyState): Promise<RemoteCalls> {
  const address = JSON.stringify(state.address);
  for (const known of ways) {
    // Another server may have the address since.
    if (known.open?.isGone === true) ways.delete(known);
    else if (known.address === address) return known.calls;
  }
  const calls = outsideTasks(() => RemoteCalls.connect(state.address, ownAuthkey()));
  const way: Way = { address, calls, open: undefined };
  ways.add(way);
  calls.then(
    (open) => {
      way.open = open;
    },
    () => ways.delete(way),
  );
  return calls;
}

const methods = new WeakMap<Proxy, Map<string, unknown>>();

/** Names that neither a proxy nor its class has are methods of the object. */
const FALLBACK = new globalThis.Proxy(Object.create(Object.prototype) as object, {
  get(target, key, receiver: Proxy): unknown {
    // A proxy is no promise, though it seems to have every method.
    if (typeof key === 'symbol' || key in target || key === 'then' || key === 'toJSON')
      return Reflect.get(target, key, receiver);
    let known = methods.get(receiver);
    if (known === undefined) methods.set(receiver, (known = new Map()));
    if (!known.has(key)) known.set(key, (...args: unknown[]) => receiver.call(key, ...args));
    return known.get(key);
  },
});

Object.setPrototypeOf(Proxy.prototype, FALLBACK);

async function* iterate(calls: RemoteCalls, iterator: number): AsyncGenerator<unknown, void> {
  let isLeft = true;
  try {
    for (;;) {
      const reply = await calls.ask({ kind: 'next', iterator }, undefined, true);
      const { done, value } = (await decode((reply as { value: Uint8Array }).value)) as IteratorResult<unknown>;
      isLeft = done !== true;
      if (done) return;
      yield value;
    }
  } finally {
    // Who leaves early waits until it has cleaned up there.
    if (isLeft) await calls.ask({ kind: 'return', iterator });
  }
}

// Each is taken when it is asked for: none is on its way to one who leaves.
async function* takeAll(queue: Proxy): AsyncGenerator<unknown, void> {
  for (;;) {
    let item: unknown;
    try {
      item = await queue.call('get');
    } catch (error) {
      if (error instanceof QueueShutDownError) return;
      throw error;
    }
    yield item;
  }
}
