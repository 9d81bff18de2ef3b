import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  Barrier,
  Condition,
  Event,
  Lock,
  Queue,
  RLock,
  Semaphore,
  SimpleQueue,
  Thread,
  ThreadPoolExecutor,
  TimeoutError,
  Timer,
  activeCount,
  setExcepthook,
} from '@weft/threading';
import { leakCheck } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import {
  Inventory,
  holdUntil,
  increment,
  incrementHastily,
  notifyOne,
  takeWhenNotified,
  waitHastily,
  waitInInventory,
  waitNested,
} from './fixtures/work.ts';

leakCheck();

describe('a lock between threads', () => {
  it('loses no update, nor a wake-up, between blocking and awaiting holders [TH-023, TH-175]', async () => {
    const lock = new Lock();
    const words = new Int32Array(new SharedArrayBuffer(4));
    const threads = [1, 2, 3, 4].map(() => new Thread({ target: increment, args: [lock, words, 10_000] }).start());
    const loop = async (): Promise<void> => {
      for (let time = 0; time < 500; time += 1) {
        const guard = await lock.acquire();
        words[0] = Number(words[0]) + 1;
        guard[Symbol.dispose]();
      }
    };
    await Promise.all([loop(), loop(), loop(), loop(), ...threads.map((thread) => thread.join())]);
    expect(words[0]).toBe(42_000);
    expect(lock.locked()).toBe(false);
  });

  it('loses no update when waits run out of time all the while [TH-018]', async () => {
    const lock = new Lock();
    const words = new Int32Array(new SharedArrayBuffer(4));
    const threads = [0.01, 0.1, 1].map((timeout) =>
      new Thread({ target: incrementHastily, args: [lock, words, 10_000, timeout] }).start(),
    );
    let own = 0;
    for (let round = 0; round < 3_000; round += 1) {
      try {
        const guard = await lock.acquire({ timeout: round % 3 });
        words[0] = Number(words[0]) + 1;
        own += 1;
        guard[Symbol.dispose]();
      } catch (error) {
        expect((error as Error).name).toBe('TimeoutError');
      }
    }
    await Promise.all(threads.map((thread) => thread.join()));
    expect(words[0]).toBe(30_000 + own);
    expect(lock.locked()).toBe(false);
  });

  it('takes no arguments [TH-020, TH-036]', () => {
    expect([Lock.length, RLock.length]).toEqual([0, 0]);
    expect(() => new Lock(1 as never)).toThrow(TypeError);
    expect(() => new RLock(1 as never)).toThrow(TypeError);
  });

  it('publishes its waits, and how they ended', async () => {
    const seen: unknown[] = [];
    const listen = (message: unknown): void => void seen.push(message);
    const lock = new Lock();
    subscribe('weft:lock', listen);
    const guard = await lock.acquire();
    const next = lock.acquire();
    await expect(lock.acquire({ timeout: 1 })).rejects.toThrow('Cannot acquire the lock within 1 ms');
    guard[Symbol.dispose]();
    (await next)[Symbol.dispose]();
    unsubscribe('weft:lock', listen);
    expect(seen).toMatchObject([
      { event: 'wait-begin', action: 'acquire the lock', blocking: false },
      { event: 'wait-begin' },
      { event: 'wait-end', reason: 'withdrawn' },
      { event: 'wait-end', reason: 'granted' },
    ]);
  });
});

describe('a thread that blocks while other code of it awaits the same lock', () => {
  for (const create of [() => new Lock(), () => new RLock()]) {
    const { name } = create().constructor;
    it(`is given a ${name} before that code`, async () => {
      const [lock, held, end] = [create(), new Event(), new Event()];
      const thread = new Thread({ target: holdUntil, args: [lock, held, end] }).start();
      await held.wait();
      const order: string[] = [];
      const others = ['first', 'second'].map(async (other) => {
        using _guard = await lock.acquire();
        order.push(other);
      });
      end.set();
      const guard = lock.acquireSync({ timeout: 60_000 });
      order.push('blocking');
      guard[Symbol.dispose]();
      await Promise.all([...others, thread.join()]);
      expect([order, lock.locked()]).toEqual([['blocking', 'first', 'second'], false]);
    });

    it(`takes a ${name} back that was given to that code in vain`, async () => {
      const lock = create();
      const held = await lock.acquire();
      const other = lock.acquire();
      held[Symbol.dispose]();
      lock.acquireSync({ timeout: 60_000 })[Symbol.dispose]();
      (await other)[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
    });

    it(`runs out of time, and has that code wait on, when nobody releases the ${name}`, async () => {
      const [lock, held, end] = [create(), new Event(), new Event()];
      const thread = new Thread({ target: holdUntil, args: [lock, held, end] }).start();
      await held.wait();
      const other = lock.acquire();
      expect(() => lock.acquireSync({ timeout: 5 })).toThrow('within 5 ms');
      end.set();
      (await other)[Symbol.dispose]();
      await thread.join();
      expect(lock.locked()).toBe(false);
    });

    it(`comes back from a blocking wait for a condition of a ${name} [TH-052]`, async () => {
      const condition = new Condition(create());
      const first = async (): Promise<boolean[]> => {
        using _guard = await condition.acquire();
        const inVain = condition.waitSync({ timeout: 5 });
        new Thread({ target: notifyOne, args: [condition] }).start();
        return [inVain, condition.waitSync({ timeout: 60_000 })];
      };
      const second = async (): Promise<void> => {
        using _guard = await condition.acquire();
      };
      expect(await Promise.all([first(), second(), second()])).toEqual([[false, true], undefined, undefined]);
      expect(condition.locked()).toBe(false);
    });
  }
});

describe('a callback that runs while its thread blocks', () => {
  it.each([Lock, RLock, Condition, Semaphore])('may block for the same as the thread does: %o', async (type) => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [lock, held, go] = [new type(), new Event(), new Event()];
    const thread = new Thread({ target: holdUntil, args: [lock, held, go] }).start();
    await held.wait();
    const order: string[] = [];
    pool.submit(activeCount).addDoneCallback(() => {
      go.set();
      using _guard = lock.acquireSync({ timeout: 10_000 });
      order.push('callback');
    });
    {
      using _guard = lock.acquireSync({ timeout: 20_000 });
      order.push('thread');
    }
    await thread.join();
    expect(order).toEqual(['callback', 'thread']);
    lock.acquireSync({ timeout: 0 })[Symbol.dispose]();
  });

  it('leaves the thread what was granted to it, where it gives up', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [lock, held, go] = [new Lock(), new Event(), new Event()];
    const thread = new Thread({ target: holdUntil, args: [lock, held, go] }).start();
    await held.wait();
    const order: string[] = [];
    pool.submit(activeCount).addDoneCallback(() => {
      expect(() => lock.acquireSync({ timeout: 5 })).toThrow(TimeoutError);
      order.push('gives up');
      go.set();
    });
    lock.acquireSync({ timeout: 20_000 })[Symbol.dispose]();
    await thread.join();
    expect([...order, lock.locked()]).toEqual(['gives up', false]);
  });
});

describe('what is no option', () => {
  const waits: [name: string, wait: (options: never) => unknown][] = [
    ['a lock', (options) => new Lock().acquireSync(options)],
    ['a lock that recurs', (options) => new RLock().acquireSync(options)],
    ['a semaphore', (options) => new Semaphore().acquireSync(options)],
    ['an event', (options) => set().waitSync(options)],
    ['a barrier', (options) => new Barrier(1).waitSync(options)],
    ['room in a queue', (options) => new Queue<number>().putSync(1, options)],
    ['an item', (options) => full().getSync(options)],
    ['all tasks', (options) => new Queue<number>().joinSync(options)],
    ['a lock, awaited', (options) => new Lock().acquire(options)],
    ['a lock that recurs, awaited', (options) => new RLock().acquire(options)],
    ['a semaphore, awaited', (options) => new Semaphore().acquire(options)],
    ['an event, awaited', (options) => set().wait(options)],
    ['a barrier, awaited', (options) => new Barrier(1).wait(options)],
    ['room in a queue, awaited', (options) => new Queue<number>().put(1, options)],
    ['an item, awaited', (options) => full().get(options)],
    ['all tasks, awaited', (options) => new Queue<number>().join(options)],
    ['room in a pool, awaited', (options) => new ThreadPoolExecutor().room(options)],
  ];

  it('is refused where something has to be waited for', async () => {
    const lock = new Lock();
    const guard = lock.acquireSync();
    await expect(lock.acquire(100 as never)).rejects.toThrow(
      'Cannot acquire the lock with 100: options must be an object',
    );
    await expect(new Event().wait(100 as never)).rejects.toThrow(TypeError);
    await expect(lock.acquire({ signal: {} as never })).rejects.toThrow(TypeError);
    guard[Symbol.dispose]();
  });

  it.each(waits)('is refused also where nothing has to be waited for: %s', async (name, wait) => {
    for (const options of [500, true, null, 'x'])
      await expect(async () => wait(options as never)).rejects.toThrow(
        /^Cannot .* with .*: options must be an object$/,
      );
    if (!name.endsWith('awaited')) return;
    for (const signal of [5, {}, null])
      await expect(async () => wait({ signal } as never)).rejects.toThrow(/^Cannot .*: it must be an AbortSignal$/);
  });

  it('is refused by constructors and setters', async () => {
    expect(() => new Thread({ args: 5 as never })).toThrow('Cannot call the target with 5: args must be an array');
    expect(() => new Timer(10, undefined as never)).toThrow('Cannot call undefined after 10 ms: it is not a function');
    expect(() => setExcepthook('x' as never)).toThrow("Cannot tell 'x' of errors: it is not a function");
    expect(() => new Barrier(2, { action: 5 as never })).toThrow('with the action 5: it is not a function');
    const condition = new Condition();
    await condition.with(() => {
      expect(() => condition.notify(Number.NaN)).toThrow(RangeError);
      expect(() => condition.notify('x' as never)).toThrow(TypeError);
    });
  });
});

describe('the owner of an RLock', () => {
  it('is each of several functions that await it side by side', async () => {
    const lock = new RLock();
    let inside = 0;
    let most = 0;
    const enter = async (): Promise<void> => {
      const outer = await lock.acquire();
      const inner = await lock.acquire();
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      inner[Symbol.dispose]();
      expect(lock.isOwned()).toBe(true);
      outer[Symbol.dispose]();
    };
    await Promise.all([enter(), enter(), enter()]);
    expect([most, lock.locked()]).toEqual([1, false]);
  });

  it('is no function that was called beside it and waited for something else first', async () => {
    const lock = new RLock();
    const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    let inside = 0;
    let most = 0;
    const inner = async (): Promise<void> => {
      await turn();
      using _guard = await lock.acquire({ timeout: 10_000 });
      expect(lock.isOwned()).toBe(true);
    };
    const enter = async (turns: number): Promise<void> => {
      for (let left = turns; left > 0; left -= 1) await turn();
      expect(lock.isOwned()).toBe(false);
      const guard = await lock.acquire({ timeout: 10_000 });
      inside += 1;
      most = Math.max(most, inside);
      for (let left = 5; left > 0; left -= 1) await inner();
      inside -= 1;
      guard[Symbol.dispose]();
      expect(lock.isOwned()).toBe(false);
    };
    await Promise.all([enter(0), enter(1), enter(0), enter(3)]);
    await Promise.all([enter(1), enter(0), enter(2)]);
    expect([most, lock.locked(), lock.isOwned()]).toEqual([1, false, false]);
  });

  it('is not who called the function that acquired it', async () => {
    const lock = new RLock();
    const acquired = (async () => await lock.acquire())();
    expect([lock.isOwned(), lock.tryAcquire()]).toEqual([false, undefined]);
    const guard = await acquired;
    expect(() => lock.release()).toThrow('the caller does not hold it');
    guard[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
  });

  it('is the body of with(), and what that calls', async () => {
    const lock = new RLock();
    let inside = 0;
    const body = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await lock.with(async () => new Promise((resolve) => setImmediate(resolve)));
      inside -= 1;
    };
    await Promise.all([lock.with(body), lock.with(body)]);
    expect(lock.locked()).toBe(false);
  });

  it('is the thread when it blocks, so that all its code may enter [TH-031]', async () => {
    const lock = new RLock();
    const guard = lock.acquireSync();
    (await lock.acquire({ timeout: 0 }))[Symbol.dispose]();
    expect(lock.isOwned()).toBe(true);
    guard[Symbol.dispose]();
    expect(lock.isOwned()).toBe(false);
  });

  it('cannot be blocked for by the thread whose awaiting code holds it', async () => {
    const lock = new RLock();
    const holding = lock.with(async () => new Promise((resolve) => setImmediate(resolve)));
    await Promise.resolve();
    await Promise.resolve();
    expect(() => lock.acquireSync()).toThrow(/awaiting code of the same thread holds it/);
    await holding;
  });
});

describe('a condition between threads', () => {
  it('hands over what is waited for, one by one [TH-049, TH-054]', async () => {
    const condition = new Condition(new Lock());
    const words = new Int32Array(new SharedArrayBuffer(8));
    const threads = [1, 2].map(() => new Thread({ target: takeWhenNotified, args: [condition, words, 200] }).start());
    for (let round = 0; round < 400; round += 1) {
      await condition.acquire();
      await condition.waitFor(() => words[0] === 0);
      words[0] = 1;
      condition.notifyAll();
      condition.release();
    }
    await Promise.all(threads.map((thread) => thread.join()));
    expect([...words]).toEqual([0, 400]);
  });

  it('frees a lock that is held several times, and takes it back as it was [TH-053]', async () => {
    const lock = new RLock();
    const [condition, ready, results] = [new Condition(lock), new Event(), new SimpleQueue<unknown>()];
    const thread = new Thread({ target: waitNested, args: [lock, condition, ready, results] }).start();
    await ready.wait();
    await condition.with(() => condition.notify());
    await thread.join();
    expect([results.getNowait(), results.getNowait()]).toEqual(['notified', false]);
  });
});

it('shares a condition whose class makes the lock itself', async () => {
  const [inventory, waits, results] = [new Inventory(), new Event(), new SimpleQueue<unknown>()];
  const thread = new Thread({ target: waitInInventory, args: [inventory, waits, results] }).start();
  await waits.wait();
  await inventory.with(() => inventory.notify());
  await thread.join();
  expect(results.getNowait()).toEqual([true, true]);
});

describe('an event between threads', () => {
  it('is seen by one whose waits run out of time', async () => {
    const [event, done] = [new Event(), new Event()];
    const thread = new Thread({ target: waitHastily, args: [event, done] }).start();
    expect(await done.wait({ timeout: 5 })).toBe(false);
    event.set();
    expect(await done.wait()).toBe(true);
    await thread.join();
  });
});

function full(): Queue<number> {
  const queue = new Queue<number>();
  queue.putNowait(1);
  return queue;
}

function set(): Event {
  const event = new Event();
  event.set();
  return event;
}
