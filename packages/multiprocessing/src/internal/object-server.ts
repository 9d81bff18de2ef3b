import { Guard } from '@weft/core';
import type { TargetReference } from '@weft/core/lowlevel';
import { Barrier } from '../barrier.ts';
import { Condition } from '../condition.ts';
import type { Connection } from '../connection.ts';
import { RemoteError } from '../remote-error.ts';
import { callFor } from './caller.ts';
import { importTarget } from './import-target.ts';
import { Holds } from './holds.ts';
import { LentIterators, isIterator } from './lent-iterators.ts';
import { type Class, typeNamed } from './managed-types.ts';
import { withSignal } from './managed-waits.ts';
import type { Reply, Request } from './manager-protocol.ts';
import { encodeThrown } from './pool-values.ts';
import { decode, encode } from './value-codec.ts';

type Call = Extract<Request, { kind: 'call' }>;
type Question = Exclude<Request, { kind: 'export' | 'claim' | 'release' | 'abort' | 'bye' }>;
type Method = (...args: unknown[]) => unknown;

const MAX_FIRST = 2 ** 48;
const UNKNOWN =
  'Cannot use an object of a manager: all its proxies were given up, or the server is another one than its own';

interface Kept {
  readonly object: object;
  readonly exposed: readonly string[] | undefined;
  /** Whether a manager makes it by name. */
  readonly isOwn: boolean;
  /** How many proxies there are. */
  proxies: number;
  /** The crossings of which only one side has told yet, which may be either: the proxy is on its way, or this message. */
  readonly crossings: Set<number>;
}

/** The objects that a manager's server keeps, and those who use them. */
export class ObjectServer {
  /** What the clients hold. */
  readonly holds: Holds = new Holds();
  readonly #objects = new Map<number, Kept>();
  // Somewhere else for each server: proxies of one that was at the same address before must find nothing here.
  #last = Math.floor(Math.random() * MAX_FIRST);

  /** Serves a client until it is gone; then gives up what it held. */
  async serve(connection: Connection): Promise<void> {
    const client = new Client(connection, this);
    try {
      for await (const request of connection) void client.handle(request as Request);
    } finally {
      client.leave();
    }
  }

  async create(
    type: string | TargetReference,
    args: unknown[],
    exposed: readonly string[] | undefined,
  ): Promise<number> {
    const known = typeof type === 'string' ? typeNamed(type) : ((await importTarget(type)) as unknown as Class);
    if (known === undefined) throw new RemoteError(`Cannot make ${String(type)}: the server knows no such type`);
    const object = new known(...(args as never[]));
    this.holds.meet(object);
    this.#last += 1;
    this.#objects.set(this.#last, {
      object,
      exposed,
      isOwn: typeof type === 'string',
      proxies: 0,
      crossings: new Set(),
    });
    return this.#last;
  }

  find(id: number): Kept {
    const kept = this.#objects.get(id);
    if (kept === undefined) throw new RemoteError(UNKNOWN);
    return kept;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }

  /** Changes how many proxies there are of an object; without any, it goes. */
  count(id: number, proxies: number): void {
    const kept = this.#objects.get(id);
    if (kept === undefined) return;
    kept.proxies += proxies;
    this.#dropIfUnused(id, kept);
  }

  /** One side of a crossing tells of it. */
  cross(id: number, crossing: number): void {
    const kept = this.#objects.get(id);
    if (kept === undefined) return;
    if (!kept.crossings.delete(crossing)) kept.crossings.add(crossing);
    this.#dropIfUnused(id, kept);
  }

  #dropIfUnused(id: number, { proxies, crossings }: Kept): void {
    if (proxies <= 0 && crossings.size === 0) this.#objects.delete(id);
  }
}

/** A call that has begun. */
interface Running {
  readonly target: object;
  readonly abort: AbortController;
  readonly done: Promise<unknown>;
  /** Whether it ends by itself when it is aborted. */
  readonly ends: boolean;
  /** Whether nobody waits for it any more. */
  isLeft: boolean;
}

/** One who is connected to the server. */
class Client {
  readonly #connection: Connection;
  readonly #server: ObjectServer;
  readonly #proxies = new Map<number, number>();
  readonly #iterators = new LentIterators();
  readonly #calls = new Map<number, Running>();
  readonly #gone = new Error('The client is gone');
  #isGone = false;
  #tookLeave = false;

  constructor(connection: Connection, server: ObjectServer) {
    this.#connection = connection;
    this.#server = server;
  }

  async handle(request: Request): Promise<void> {
    switch (request.kind) {
      case 'export':
        return this.#server.cross(request.object, request.crossing);
      case 'claim':
        this.#count(request.object, 1);
        return this.#server.cross(request.object, request.crossing);
      case 'release':
        return this.#count(request.object, -1);
      case 'abort':
        return this.#abort(request.id);
      case 'bye':
        this.#tookLeave = true;
        return;
      default:
        await this.#answer(request);
    }
  }

  leave(): void {
    this.#isGone = true;
    const running = [...this.#calls.values()];
    for (const { abort } of running) abort.abort(this.#gone);
    this.#server.holds.leave(this, this.#tookLeave, (target) => {
      // A wait for a condition ends with its lock held, which only then can be given back.
      const waits = running.filter((call) => call.target === target && target instanceof Condition);
      return waits.length > 0 ? Promise.allSettled(waits.map(({ done }) => done)) : undefined;
    });
    for (const [id, count] of this.#proxies) this.#server.count(id, -count);
    this.#iterators.endAll();
    this.#connection.close();
  }

  // What does not end is answered now, and goes on for nobody.
  async #abort(id: number): Promise<void> {
    const call = this.#calls.get(id);
    if (call === undefined || call.isLeft) return;
    const reason = new DOMException('The wait was aborted', 'AbortError');
    call.abort.abort(reason);
    if (call.ends) return;
    call.isLeft = true;
    await this.#send({ id, error: encodeThrown(reason) });
  }

  async #answer(request: Question): Promise<void> {
    let reply: Reply | undefined;
    try {
      reply = await this.#do(request);
    } catch (error) {
      reply = { id: request.id, error: encodeThrown(error) };
    }
    if (reply !== undefined) await this.#send(reply);
  }

  // If the client is gone, nobody waits for an answer.
  async #send(reply: Reply): Promise<void> {
    await this.#connection.send(reply).catch(() => {});
  }

  async #do(request: Question): Promise<Reply | undefined> {
    const { id } = request;
    switch (request.kind) {
      case 'create': {
        const args = (await decode(request.args)) as unknown[];
        const object = await this.#server.create(request.type, args, request.exposed);
        this.#count(object, 1);
        return { id, object, iterable: Symbol.iterator in this.#server.find(object).object };
      }
      case 'count':
        return { id, value: encode(this.#server.size, 'count') };
      case 'unguard':
        this.#server.holds.dispose(this, request.guard);
        return { id, value: encode(undefined, 'nothing') };
      case 'next':
        return this.#settle(id, this.#stepping(request.iterator), (step) => ({ id, value: encode(step, 'item') }));
      case 'return':
        await this.#iterators.end(request.iterator);
        return { id, value: encode(undefined, 'nothing') };
      default:
        return this.#call(request, (await decode(request.args)) as unknown[]);
    }
  }

  async #call({ id, object, method, signalled }: Call, args: unknown[]): Promise<Reply | undefined> {
    const { object: target, exposed, isOwn } = this.#server.find(object);
    const key = method === '@@iterator' ? iteratorOf(target) : method;
    const found: unknown = mayCall(target, key, exposed) ? target[key as never] : undefined;
    // It would keep the server from serving anybody, also the one who could end the wait.
    if (isOwn && method.endsWith('Sync'))
      throw new RemoteError(`Cannot call ${method}: it would block the server; call ${method.slice(0, -4)} instead`);
    if (typeof found !== 'function')
      throw new RemoteError(`Cannot call ${method}: the object has no such method, or does not expose it`);
    const abort = new AbortController();
    const given = withSignal(target, method, args, { isOwn, signalled, signal: abort.signal });
    const call = async (): Promise<unknown> => callFor(this, () => (found as Method).apply(target, given));
    const { holds } = this.#server;
    const done = method === 'release' ? holds.releasing(this, target, Number(args[0] ?? 1), call) : call();
    const running = { target, abort, done, ends: given !== args, isLeft: false };
    return this.#settle(id, running, (value) => this.#replyWith(id, target, value));
  }

  // Waits for what was begun, and replies unless nobody waits for it any more.
  async #settle(id: number, running: Running, replyWith: (value: unknown) => Reply): Promise<Reply | undefined> {
    this.#calls.set(id, running);
    try {
      const value = await running.done;
      if (!running.isLeft) return replyWith(value);
      if (value instanceof Guard) value[Symbol.dispose]();
      else if (isIterator(value)) await value.return?.();
      return undefined;
    } catch (error) {
      // Who leaves a barrier because it is aborted lets the others wait for somebody else; who is gone breaks it.
      if (error === this.#gone && running.target instanceof Barrier) running.target.abort();
      if (running.isLeft) return undefined;
      throw error;
    } finally {
      this.#calls.delete(id);
    }
  }

  #replyWith(id: number, target: object, value: unknown): Reply {
    if (value instanceof Guard) {
      const guard = this.#server.holds.add(this, target, value);
      if (this.#isGone) this.#server.holds.abandon(guard);
      return { id, guard, abandoned: value.abandoned };
    }
    if (isIterator(value)) {
      return { id, iterator: this.#iterators.add(value) };
    }
    return { id, value: encode(value, 'result') };
  }

  #stepping(at: number): Running {
    const done = this.#iterators.step(at);
    return { target: this.#iterators, abort: new AbortController(), done, ends: false, isLeft: false };
  }

  #count(object: number, proxies: number): void {
    this.#proxies.set(object, (this.#proxies.get(object) ?? 0) + proxies);
    this.#server.count(object, proxies);
  }
}

function iteratorOf(target: object): symbol {
  return Symbol.iterator in target ? Symbol.iterator : Symbol.asyncIterator;
}

function mayCall(target: object, key: string | symbol, exposed: readonly string[] | undefined): boolean {
  if (exposed) return exposed.includes(String(key));
  return (
    typeof key === 'symbol' ||
    (!key.startsWith('_') && key !== 'constructor' && !(key in Object.prototype) && key in target)
  );
}
