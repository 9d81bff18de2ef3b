import {
  Barrier,
  Condition,
  Event,
  JoinableQueue,
  Listener,
  Lock,
  Pipe,
  Pool,
  Process,
  Queue,
  RLock,
  Semaphore,
  connect,
  wait,
} from '@weft/multiprocessing';
import { describe, expect, it } from 'vitest';
import { doNothing } from './fixtures/process-targets.ts';

type Waiting = (options: never) => unknown;

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** A wait of each kind, which is over at once, so that nothing hangs if its options are not looked at. */
async function waits(): Promise<Record<string, Waiting>> {
  const [event, queue, condition] = [new Event(), new JoinableQueue<number>(), new Condition()];
  event.set();
  condition.acquireSync();
  const [here, there] = Pipe();
  for (let count = 0; count < 40; count += 1) {
    queue.putNowait(count);
    await there.send(count);
    await here.send(count);
  }
  const listener = new Listener();
  const address = await listener.ready();
  const accepted = listener.accept();
  const socket = await connect(address);
  const far = await accepted;
  await far.send('for poll');
  const child = new Process({ target: doNothing });
  child.start();
  await child.join();
  const pool = new Pool(1);
  const result = pool.applyAsync(doNothing);
  await result;
  pool.terminate();
  return {
    'lock.acquire': (options) => new Lock().acquire(options),
    'lock.acquireSync': (options) => new Lock().acquireSync(options),
    'rlock.acquire': (options) => new RLock().acquire(options),
    'rlock.acquireSync': (options) => new RLock().acquireSync(options),
    'semaphore.acquire': (options) => new Semaphore().acquire(options),
    'semaphore.acquireSync': (options) => new Semaphore().acquireSync(options),
    'condition.waitFor': (options) => condition.waitFor(() => true, options),
    'condition.waitForSync': (options) => condition.waitForSync(() => true, options),
    'event.wait': (options) => event.wait(options),
    'event.waitSync': (options) => event.waitSync(options),
    'barrier.wait': (options) => new Barrier(1).wait(options),
    'barrier.waitSync': (options) => new Barrier(1).waitSync(options),
    'queue.put': (options) => queue.put(1, options),
    'queue.putSync': (options) => queue.putSync(1, options),
    'queue.get': (options) => queue.get(options),
    'queue.getSync': (options) => queue.getSync(options),
    'queue.join': (options) => new JoinableQueue().join(options),
    'connection.recv': (options) => here.recv(options),
    'connection.recvSync': (options) => here.recvSync(options),
    'connection.recvBytes': (options) => here.recvBytes(undefined, options),
    'connection.send': (options) => here.send(1, options),
    'connection.poll': (options) => there.poll(options),
    'socket.send': (options) => socket.send(1, options),
    'socket.poll': (options) => socket.poll(options),
    'socket.recv': (options) => socket.recv(options),
    wait: (options) => wait([here], options),
    'listener.accept': (options) => listener.accept(options),
    connect: (options) => connect(address, options),
    'process.join': (options) => child.join(options),
    'process.joinSync': (options) => child.joinSync(options),
    'result.get': (options) => result.get(options),
    'result.wait': (options) => result.wait(options),
  };
}

it('tell at the call of options that are none, and of a signal that is none', async () => {
  for (const [name, begin] of Object.entries(await waits())) {
    for (const bad of [null, 500, 'x', { signal: {} }, { timeout: '1' }]) {
      const error = await errorOf(() => begin(bad as never));
      expect([name, error]).toEqual([name, expect.any(TypeError)]);
      expect(String(error)).toMatch(/^TypeError: Cannot .*(?:options must be an object|an AbortSignal|milliseconds)$/);
    }
  }
});

it('does not sleep for ever for a number where options should be', () => {
  const [lock, queue] = [new Lock(), new JoinableQueue()];
  lock.acquireSync();
  expect(() => lock.acquireSync(5 as never)).toThrow(TypeError);
  expect(() => queue.getSync(5 as never)).toThrow(TypeError);
});

it('refuses a predicate that is no function', async () => {
  const condition = new Condition();
  using _guard = condition.acquireSync();
  await expect(condition.waitFor('x' as never)).rejects.toThrow("Cannot wait for 'x': it must be a function");
  expect(() => condition.waitForSync(5 as never)).toThrow(TypeError);
});

describe('a wait that is aborted just after it was granted something', () => {
  const left = new Error('left');

  it('leaves an item in the queue, and gives a place to the next one', async () => {
    const queue = new Queue<string>(1);
    const abort = new AbortController();
    const got = queue.get({ signal: abort.signal });
    queue.putNowait('item');
    abort.abort(left);
    await expect(got).rejects.toBe(left);
    const late = new AbortController();
    const dropped = queue.put('dropped', { signal: late.signal });
    const next = queue.put('next');
    expect(queue.getNowait()).toBe('item');
    late.abort(left);
    await expect(dropped).rejects.toBe(left);
    await next;
    expect(queue.getNowait()).toBe('next');
  });

  it('gives a lock to the next one, or frees it', async () => {
    for (const lock of [new Lock(), new Semaphore(1)]) {
      const held = await lock.acquire();
      const abort = new AbortController();
      const gone = lock.acquire({ signal: abort.signal }).catch((error: unknown) => error);
      const next = lock.acquire();
      held[Symbol.dispose]();
      abort.abort(left);
      (await next)[Symbol.dispose]();
      expect([await gone, lock.locked()]).toEqual([left, false]);
    }
  });
});
