import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { QueueEmptyError } from '@weft/core';
import { Manager, Pipe, Process, Proxy, RemoteError, setExecutable } from '@weft/multiprocessing';
import { until } from '@weft/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holdManaged, setAuthkey } from './fixtures/authkey.mjs';
import {
  Counter,
  Letters,
  Probe,
  initialise,
  keepManaged,
  takeAndGiveBack,
  useManaged,
  waitAtManaged,
} from './fixtures/sharing.mjs';
import { Peer } from './peers.ts';

/** The tracker's links to a file. */
function linksTo(path: string): string[] {
  const folder = '/dev/shm';
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`) === path;
    } catch {
      // Not a link, or gone meanwhile.
      return false;
    }
  });
}

const key = 'a key for tests';
let manager: Manager;
beforeAll(async () => {
  manager = new Manager();
  await manager.start();
});
afterAll(() => manager.shutdown());

const others: Manager[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.shutdown();
});

describe('what a manager keeps', () => {
  it('list: all that a list can do [MP-230, MP-231]', async () => {
    const list = await manager.list([0, 1, 2, 3]);
    await list.append(4);
    await list.extend([5, 6]);
    await list.insert(0, -1);
    expect(await list.copy()).toEqual([-1, 0, 1, 2, 3, 4, 5, 6]);
    expect([await list.pop(), await list.pop(0), await list.get(-1), await list.size()]).toEqual([6, -1, 5, 6]);
    await list.set(-1, 50);
    await list.remove(3);
    await list.reverse();
    expect(await list.slice(0, 2)).toEqual([50, 4]);
    await list.sort();
    expect([await list.copy(), await list.concat([9]), await list.repeat(2)]).toEqual([
      [0, 1, 2, 4, 50],
      [0, 1, 2, 4, 50, 9],
      [0, 1, 2, 4, 50, 0, 1, 2, 4, 50],
    ]);
    expect([await list.index(2), await list.count(2), await list.includes(7)]).toEqual([2, 1, false]);
    await expect(list.get(99)).rejects.toThrow(RangeError);
  });

  it('list: is read as it is while it is iterated [MP-232]', async () => {
    const list = await manager.list([1, 2, 3]);
    const seen: number[] = [];
    for await (const item of list) {
      seen.push(item);
      if (item === 1) await list.set(2, 30);
    }
    expect(seen).toEqual([1, 2, 30]);
  });

  it('dict: all that a dict can do [MP-231, MP-234]', async () => {
    const dict = await manager.dict<string, number>({ a: 1 });
    await dict.set('b', 2);
    await dict.update([['c', 3]]);
    expect([await dict.keys(), await dict.values(), await dict.items()]).toEqual([
      ['a', 'b', 'c'],
      [1, 2, 3],
      [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ],
    ]);
    expect([await dict.get('a'), await dict.get('x', 0), await dict.has('b'), await dict.size()]).toEqual([
      1,
      0,
      true,
      3,
    ]);
    expect([await dict.setdefault('d', 4), await dict.pop('d'), await dict.popitem(), await dict.delete('zz')]).toEqual(
      [4, 4, ['c', 3], false],
    );
    expect(await dict.copy()).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    await expect(dict.pop('x')).rejects.toThrow(RangeError);
    await dict.clear();
    expect(await dict.size()).toBe(0);
  });

  it('dict: shares what is nested as a proxy, and copies what is plain [MP-236]', async () => {
    const inner = await manager.dict<string, number>();
    const outer = await manager.list<unknown>([inner, [1, 2]]);
    const again = (await outer.get(0)) as typeof inner;
    expect(again).toBeInstanceOf(Proxy);
    await again.set('x', 1);
    expect(await inner.get('x')).toBe(1);
    const plain = (await outer.get(1)) as number[];
    plain.push(3);
    expect(await outer.get(1)).toEqual([1, 2]);
  });

  it('queue: lives inside of another object, with the errors of queues [MP-238, MP-255]', async () => {
    const queue = await manager.Queue<string>(1);
    const dict = await manager.dict<string, unknown>({ queue });
    const same = (await dict.get('queue')) as typeof queue;
    await same.put('through');
    await expect(queue.putNowait('full')).rejects.toHaveProperty('code', 'ERR_QUEUE_FULL');
    expect(await queue.get()).toBe('through');
    await expect(queue.getNowait()).rejects.toThrow(QueueEmptyError);
    const abort = new AbortController();
    const waiting = queue.get({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await queue.put('kept');
    expect(await queue.get({ timeout: 1000 })).toBe('kept');
  });

  it('queue: gives its items to for await until it is shut down', async () => {
    const queue = await manager.Queue<number>();
    for (const item of [1, 2, 3]) await queue.put(item);
    const seen: number[] = [];
    for await (const item of queue) if (seen.push(item) === 2) break;
    expect(await queue.qsize()).toBe(1);
    await queue.shutdown();
    for await (const item of queue) seen.push(item);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('keeps values that look like the options of a wait as they are', async () => {
    const [list, dict, queue, space] = [
      await manager.list<unknown>(),
      await manager.dict<string, unknown>(),
      await manager.Queue<unknown>(),
      await manager.Namespace(),
    ];
    const task = { timeout: 5 };
    await list.append(task);
    await dict.set('task', { timeout: -1 });
    await queue.put(task);
    await space.set('task', task);
    expect([await list.get(0), await dict.get('task'), await queue.get(), await space.get('task')]).toEqual([
      task,
      { timeout: -1 },
      task,
      task,
    ]);
    expect(await (await manager.create(Counter, [])).same(task)).toEqual(task);
    await expect(dict.set('signal', AbortSignal.abort())).rejects.toHaveProperty('code', 'ERR_TRANSFER');
    const { signal } = new AbortController();
    await expect(dict.set('signal', { signal })).rejects.toHaveProperty('code', 'ERR_TRANSFER');
    await expect(queue.put({ signal })).rejects.toHaveProperty('code', 'ERR_TRANSFER');
    expect([await dict.has('signal'), await queue.empty()]).toEqual([false, true]);
    await expect(queue.get({ timeout: 1 })).rejects.toThrow(QueueEmptyError);
    await expect(queue.get({ timeout: -1 })).rejects.toThrow(RangeError);
  });

  it('Namespace, Value, Array and set [MP-239, MP-245, MP-246]', async () => {
    const [space, value, array, set] = [
      await manager.Namespace({ x: 1 }),
      await manager.Value('i', 2 ** 31),
      await manager.Array('d', [0.5, 1.5]),
      await manager.set([1, 2]),
    ];
    await space.set('y', 2);
    await space.delete('x');
    expect(await space.copy()).toEqual({ y: 2 });
    await expect(space.get('x')).rejects.toThrow(RangeError);
    expect(await value.get()).toBe(-(2 ** 31));
    await array.set(-1, 9);
    expect(await array.slice()).toEqual([0.5, 9]);
    await set.add(3);
    expect([
      await set.union([9]),
      await set.intersection([2, 9]),
      await set.difference([1]),
      await set.symmetricDifference([1, 9]),
    ]).toEqual([new Set([1, 2, 3, 9]), new Set([2]), new Set([2, 3]), new Set([2, 3, 9])]);
    expect([
      await set.isSubset([1, 2, 3, 4]),
      await set.isSuperset([1]),
      await set.isDisjoint([9]),
      await set.has(2),
    ]).toEqual([true, true, true, true]);
    await expect(set.remove(99)).rejects.toThrow(RangeError);
  });

  it('Lock, RLock, Event, Semaphore, Condition and Barrier [MP-240, MP-241]', async () => {
    const [lock, rlock, event, semaphore, condition, barrier] = [
      await manager.Lock(),
      await manager.RLock(),
      await manager.Event(),
      await manager.BoundedSemaphore(1),
      await manager.Condition(),
      await manager.Barrier(2),
    ];
    const guard = await lock.acquire();
    expect(await lock.locked()).toBe(true);
    expect(await lock.tryAcquire()).toBe(undefined);
    guard[Symbol.dispose]();
    await until(async () => !(await lock.locked()), 'the lock is free');
    await expect(lock.release()).rejects.toHaveProperty('code', 'ERR_INVALID_STATE');
    await rlock.acquire();
    await rlock.acquire();
    await rlock.release();
    expect(await rlock.locked()).toBe(true);
    await rlock.release();
    expect(await rlock.locked()).toBe(false);
    await expect(rlock.release()).rejects.toHaveProperty('code', 'ERR_NOT_OWNER');
    const set = event.wait();
    await event.set();
    expect(await set).toBe(true);
    await expect(semaphore.release()).rejects.toThrow(RangeError);
    await condition.acquire();
    expect(await condition.wait({ timeout: 5 })).toBe(false);
    await condition.release();
    expect((await Promise.all([barrier.wait(), barrier.wait()])).toSorted()).toEqual([0, 1]);
  });

  it('is not made of what it cannot be made of', async () => {
    const five = 5 as never;
    for (const make of [
      () => manager.list(five),
      () => manager.set(five),
      () => manager.dict(five),
      () => manager.Namespace(five),
      () => manager.create(five, []),
      () => manager.create(Counter, [], { exposed: five }),
      () => manager.create(Counter, five),
    ]) {
      const refused = expect(make()).rejects;
      await refused.toBeInstanceOf(TypeError);
      await refused.toHaveProperty('message', expect.stringMatching(/^Cannot .* 5: it must be/));
    }
  });

  it('refuses what would block its server', async () => {
    const lock = await manager.Lock();
    using _held = await lock.acquire();
    await expect(lock.acquireSync()).rejects.toThrow(
      'Cannot call acquireSync: it would block the server; call acquire instead',
    );
    expect(await lock.locked()).toBe(true);
  });

  it('refuses options of a wait that are none, and what cannot be combined or called', async () => {
    const five = 5 as never;
    const [lock, event, queue, list, set] = [
      await manager.Lock(),
      await manager.Event(),
      await manager.Queue(),
      await manager.list(),
      await manager.set(),
    ];
    await lock.acquire();
    for (const bad of [
      () => lock.acquire(five),
      () => event.wait(five),
      () => queue.get(five),
      () => queue.put(1, five),
      () => list.concat(five),
      () => set.union(five),
      () => set.isSuperset(five),
      () => set.difference(five),
    ])
      await expect(bad()).rejects.toThrow(/^Cannot .*: (?:options must be an object|it must be iterable)$/);
    for (const exposed of ['addition' as never, [five]])
      await expect(manager.create(Counter, [], { exposed })).rejects.toThrow('it must be names of methods');
    await expect(manager.Array('i', {} as never)).rejects.toThrow('Cannot take items of {}: it must be iterable');
    await expect(list.call(five)).rejects.toThrow('Cannot call 5: it must be the name of a method');
    for (const bad of [Number.NaN, -1, 0.5]) await expect(manager.Array('i', bad)).rejects.toThrow(RangeError);
    expect(await manager.Array('d', 2).then((array) => array.size())).toBe(2);
  });

  it('gives back what a client held that is gone, and ends its waits', async () => {
    const [lock, queue, dict] = [
      await manager.Lock(),
      await manager.Queue<string>(),
      await manager.dict<string, unknown>(),
    ];
    await dict.set('lock', lock);
    await dict.set('queue', queue);
    const visitor = new Process({ target: holdManaged, args: [dict], daemon: true });
    visitor.start();
    await until(() => lock.locked(), 'the visitor holds the lock', 30_000);
    const waiting = lock.acquire();
    visitor.kill();
    using guard = await waiting;
    expect(guard.held).toBe(true);
    await queue.put('for nobody else');
    expect(await queue.get({ timeout: 1000 })).toBe('for nobody else');
    await visitor.join();
  });

  it('gives nothing back for a client that is gone and has given it back itself', async () => {
    const own = new Manager();
    others.push(own);
    const [lock, permits, signals, done, end] = [
      await own.Lock(),
      await own.Semaphore(1),
      await own.Semaphore(0),
      await own.Event(),
      await own.Event(),
    ];
    await signals.release();
    const visitor = new Process({ target: takeAndGiveBack, args: [{ lock, permits, signals, done, end }] });
    visitor.start();
    await done.wait();
    await lock.acquire();
    done[Symbol.dispose]();
    await end.set();
    await visitor.join();
    await until(async () => (await own.numberOfObjects()) === 4, 'the server knows that the visitor is gone');
    expect([await lock.locked(), await permits.getValue(), await signals.getValue()]).toEqual([true, 1, 0]);
  });

  it.each([
    ['killed', 3],
    ['ends', 2],
  ] as const)('has back the lock of a client that %s, and of 3 permits then %i', async (how, free) => {
    const [lock, permits] = [await manager.Lock(), await manager.Semaphore(3)];
    const visitor = new Process({ target: keepManaged, args: [{ lock, permits }, how] });
    visitor.start();
    await visitor.join();
    using guard = await lock.acquire({ timeout: 10_000 });
    expect([guard.held, await permits.getValue()]).toEqual([true, free]);
  });

  it('leaves the lock of a condition to the others when a client is gone that waits for it', async () => {
    const own = new Manager();
    others.push(own);
    const [condition, there] = [await own.Condition(), await own.Event()];
    const visitor = new Process({ target: waitAtManaged, args: [condition, there], daemon: true });
    visitor.start();
    await there.wait();
    there[Symbol.dispose]();
    visitor.kill();
    await until(async () => (await own.numberOfObjects()) === 1, 'the server knows that the visitor is gone');
    await condition.acquire({ timeout: 5000 });
    expect(await condition.wait({ timeout: 1 })).toBe(false);
    await condition.release();
    await visitor.join();
  });

  it('breaks a barrier for the others when a client is gone that waits at it', async () => {
    const [barrier, there] = [await manager.Barrier(3), await manager.Event()];
    const visitor = new Process({ target: waitAtManaged, args: [barrier, there], daemon: true });
    visitor.start();
    await there.wait();
    const waiting = expect(barrier.wait()).rejects.toHaveProperty('code', 'ERR_BROKEN_BARRIER');
    visitor.kill();
    await waiting;
    await visitor.join();
  });
});

describe('classes of the user', () => {
  it('lend their public methods, and only the exposed ones if these are named [MP-248]', async () => {
    const counter = await manager.create(Counter, [5]);
    expect([await counter.add(), await counter.add(4)]).toEqual([6, 10]);
    await expect(counter.call('_secret')).rejects.toThrow(RemoteError);
    await expect(counter.call('constructor')).rejects.toThrow(RemoteError);
    const narrow = await manager.create(Counter, [], { exposed: ['_secret'] });
    expect(await narrow.call('_secret')).toBe('secret');
    await expect(narrow.add()).rejects.toThrow(RemoteError);
  });

  it('throw in the caller what their methods throw [MP-249]', async () => {
    const counter = await manager.create(Counter, []);
    await expect(counter.fail()).rejects.toThrow(new RangeError('Cannot count further'));
  });

  it('throw what can be read of an error, and go on', async () => {
    const counter = await manager.create(Counter, []);
    const failing = expect(counter.failOddly()).rejects;
    await failing.toBeInstanceOf(RangeError);
    await failing.toHaveProperty('message', 'Cannot count oddly');
    for (let i = 0; i < 2; i += 1) await expect(counter.failUnreadably()).rejects.toThrow('Cannot read: a secret');
    expect(await counter.add()).toBe(1);
  });

  it('refuse what cannot cross at its call, with the path, and go on', async () => {
    const list = await manager.list<unknown>();
    await expect(list.append({ deep: [() => {}] })).rejects.toThrow(/args\[0\]\.deep\[0\]/);
    const counter = await manager.create(Counter, []);
    await expect(counter.call('closure')).rejects.toHaveProperty('code', 'ERR_TRANSFER');
    expect(await counter.add()).toBe(1);
  });

  it('lend their generators as iterators [MP-250]', async () => {
    const counter = await manager.create(Counter, []);
    const seen: number[] = [];
    for await (const square of await counter.squares(5)) seen.push(square);
    expect(seen).toEqual([0, 1, 4, 9, 16]);
  });

  it('are iterated themselves, if they can be', async () => {
    const letters = await manager.create(Letters, ['ab']);
    const seen: string[] = [];
    for await (const letter of letters) seen.push(letter);
    expect(seen).toEqual(['a', 'b']);
    const counter = await manager.create(Counter, []);
    await expect(counter[Symbol.asyncIterator]().next()).rejects.toThrow(RemoteError);
  });

  it('end their generators when the loop over them ends early', async () => {
    const counter = await manager.create(Counter, []);
    for await (const square of await counter.squares(5)) if (square === 4) break;
    expect(await counter.add()).toBe(101);
    const failing = async (): Promise<void> => {
      for await (const square of await counter.squares(5)) throw new Error(`enough at ${square}`);
    };
    await expect(failing()).rejects.toThrow('enough at 0');
    for await (const _square of await counter.squares(2));
    expect(await counter.add()).toBe(302);
    const seen: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const number of await counter.broken()) seen.push(number);
    };
    await expect(reading()).rejects.toThrow('Cannot count further');
    expect(seen).toEqual([1]);
  });
});

describe('the server of a manager', () => {
  it('is used by another process through proxies that are sent to it [MP-234, MP-252]', async () => {
    const shared = new Manager({ authkey: key });
    others.push(shared);
    const [dict, list, counter] = [
      await shared.dict<string, string>(),
      await shared.list([1]),
      await shared.create(Counter, [1]),
    ];
    const peer = new Peer();
    try {
      await peer.run(setAuthkey, key);
      expect(await peer.run(useManaged, dict, list, counter)).toBe(11);
    } finally {
      await peer.end();
    }
    expect([await dict.get('from'), await list.size()]).toEqual(['afar', 2]);
  });

  it('is found by its address and key over TCP, and by nobody without the key [MP-252]', async () => {
    const remote = new Manager({ address: ['127.0.0.1', 0], authkey: key });
    others.push(remote);
    await remote.start();
    const address = await remote.address();
    const client = new Manager({ address, authkey: key });
    others.push(client);
    await client.connect();
    const queue = await client.Queue<number>();
    await queue.put(1);
    expect(await queue.get()).toBe(1);
    await expect(new Manager({ address, authkey: 'wrong' }).connect()).rejects.toHaveProperty(
      'code',
      'ERR_AUTHENTICATION',
    );
  });

  it('is reached while many others are connected that say nothing', async () => {
    const served = new Manager({ authkey: key });
    await served.start();
    const address = (await served.address()) as string;
    const silent = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = createConnection(address);
        await once(socket, 'connect');
        return socket;
      }),
    );
    const client = new Manager({ address, authkey: key });
    others.push(client, served);
    await client.connect();
    expect(await (await client.list([1])).copy()).toEqual([1]);
    for (const socket of silent) socket.destroy();
  });

  it('is still reached when another manager that is connected to it has left', async () => {
    const host = new Manager({ authkey: key });
    others.push(host);
    const list = await host.list<unknown>();
    for (let i = 0; i < 2; i += 1) {
      const guest = new Manager({ address: await host.address(), authkey: key });
      await guest.connect();
      await guest.shutdown();
    }
    const dict = await host.dict({ a: 1 });
    await list.append(dict);
    expect(await ((await list.get(0)) as typeof dict).get('a')).toBe(1);
  });

  it('may be connected to again when it was not there at first', async () => {
    const first = new Manager();
    await first.start();
    const address = await first.address();
    await first.shutdown();
    await using client = new Manager({ address });
    await expect(client.connect()).rejects.toHaveProperty('code', 'ERR_END_OF_STREAM');
    await using second = new Manager({ address });
    await second.start();
    await client.connect();
    expect(await (await client.list([1])).size()).toBe(1);
    await expect(client.connect()).rejects.toThrow('twice');
  });

  it('ends with the block that the manager is for, and may come back at its address [MP-251, MP-253]', async () => {
    let ended: Manager;
    let address;
    {
      await using scoped = new Manager();
      ended = scoped;
      await scoped.start();
      address = await scoped.address();
      expect(scoped.exitcode).toBe(undefined);
    }
    expect(ended.exitcode).toBe(0);
    await expect(ended.dict()).rejects.toThrow('shut down');
    await using again = new Manager({ address });
    expect(await (await again.list([1])).size()).toBe(1);
  });

  it('does not take the proxies of the one that had its address before for its own', async () => {
    const first = new Manager();
    others.push(first);
    const stale = await first.list(['old']);
    const address = await first.address();
    await first.shutdown();
    await using second = new Manager({ address });
    await second.list(['new']);
    const [here, there] = Pipe();
    await here.send(stale);
    const arrived = (await there.recv()) as typeof stale;
    await expect(arrived.copy()).rejects.toThrow(RemoteError);
    here.close();
    there.close();
  });

  it('is found by a process that knew the one before at its address', async () => {
    const first = new Manager({ address: ['127.0.0.1', 0], authkey: key });
    others.push(first);
    const address = await first.address();
    const use = async (shared: Manager): Promise<number> =>
      peer.run(useManaged, await shared.dict(), await shared.list(), await shared.create(Counter, [1]));
    const peer = new Peer();
    try {
      await peer.run(setAuthkey, key);
      expect(await use(first)).toBe(11);
      await first.shutdown();
      await using second = new Manager({ address, authkey: key });
      expect(await use(second)).toBe(11);
    } finally {
      await peer.end();
    }
  });

  it('runs its initializer first, and refuses one that is no function [MP-254]', async () => {
    const started = new Manager();
    others.push(started);
    await started.start(initialise, ['ready']);
    expect(await (await started.create(Probe, [])).initialised()).toBe('ready');
    await expect(new Manager().start('no' as never)).rejects.toThrow(TypeError);
    await expect(started.start()).rejects.toThrow('twice');
  });

  it('has ended when any of several shutdowns is done', async () => {
    const ending = new Manager();
    await ending.start();
    const first = ending.shutdown();
    await ending.shutdown();
    expect(ending.exitcode).toBe(0);
    await first;
  });

  it('says why it cannot be started, and nothing else', async () => {
    const refused = new Manager();
    setExecutable('/nowhere/node');
    try {
      await expect(refused.dict()).rejects.toThrow('Cannot start a manager: there is no /nowhere/node');
    } finally {
      setExecutable(process.execPath);
    }
    await refused.shutdown();
  });

  it('does not start others without end when it imports a module that makes a manager [MP-058]', () => {
    const program = `${import.meta.dirname}/fixtures/unguarded-manager.mjs`;
    const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 20_000 });
    expect(stdout).toMatch(/^1 Cannot start a process while .* put what starts processes behind "if \(isMain/);
  });

  it('does not run the program again that came by a flag', () => {
    const source = `import { Manager } from '@weft/multiprocessing';
      if (process.env.AGAIN) { console.log('again'); process.exit(1); }
      process.env.AGAIN = '1';
      const manager = new Manager();
      const list = await manager.list([1]);
      console.log(await list.copy());
      await manager.shutdown();`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([stdout, status]).toEqual(['[ 1 ]\n', 0]);
  });

  it('keeps an object for as long as it has proxies [MP-256]', async () => {
    const own = new Manager();
    others.push(own);
    const list = await own.list<unknown>();
    const inner = await own.dict();
    expect(await own.numberOfObjects()).toBe(2);
    await list.append(inner);
    inner[Symbol.dispose]();
    const again = (await list.get(0)) as typeof inner;
    expect(await again.size()).toBe(0);
    list[Symbol.dispose]();
    const last = await own.Event();
    last[Symbol.dispose]();
    expect(await own.numberOfObjects()).toBe(1);
  });

  it('keeps an object in another one while it has yet to count its own proxies', async () => {
    // Several: each server has to connect to itself first, which is a race.
    const managers = Array.from({ length: 8 }, () => new Manager());
    others.push(...managers);
    const nest = async (own: Manager): Promise<unknown> => {
      const list = await own.list<unknown>();
      const inner = await own.dict({ a: 1 });
      await list.append(inner);
      const again = (await list.get(0)) as typeof inner;
      again[Symbol.dispose]();
      inner[Symbol.dispose]();
      return ((await list.get(0)) as typeof inner).get('a');
    };
    expect(await Promise.all(managers.map(nest))).toEqual(managers.map(() => 1));
  });

  it('that is killed fails the calls that wait and all later ones [MP-258]', async () => {
    const doomed = new Manager();
    others.push(doomed);
    const queue = await doomed.Queue();
    const failing = expect(queue.get()).rejects.toHaveProperty('code', 'ERR_END_OF_STREAM');
    process.kill(doomed.pid as number, 'SIGKILL');
    await failing;
    await expect(queue.qsize()).rejects.toThrow('gone');
    await until(() => doomed.exitcode !== undefined, 'the end of the server is known');
    expect(doomed.exitcode).toBe(-constants.signals.SIGKILL);
  });

  it('that is killed leaves no socket behind', async () => {
    const doomed = new Manager();
    others.push(doomed);
    const address = (await doomed.address()) as string;
    expect(existsSync(address)).toBe(true);
    process.kill(doomed.pid as number, 'SIGKILL');
    await until(() => !existsSync(address), 'the socket is gone');
    expect(linksTo(address)).toEqual([]);
  });
});
