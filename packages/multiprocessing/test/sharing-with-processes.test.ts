import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, readdirSync } from 'node:fs';
import {
  Event,
  Lock,
  Manager,
  Pipe,
  Process,
  Queue,
  Semaphore,
  SharedArray,
  SharedMemory,
  SharedValue,
  TransferError,
  currentProcess,
  wait,
} from '@weft/multiprocessing';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import { shareEverything, sendLate, setAfter } from './fixtures/deep.mjs';
import { rest } from './fixtures/process-targets.ts';
import { sendFirstByte, sendNewLock } from './fixtures/sharing.mjs';

describe('Process', () => {
  it('takes primitives, queues, pipes and proxies as arguments [API-6, MP-055, MP-094]', async () => {
    await using manager = new Manager();
    const dict = await manager.dict<string, number>();
    const [here, there] = Pipe();
    const [lock, queue, value, semaphore] = [
      new Lock(),
      new Queue<number>(),
      new SharedValue('i', 1),
      new Semaphore(0),
    ];
    const child = new Process({
      target: shareEverything,
      args: [{ lock, queue, value, semaphore, connection: there, nested: [new Map([['dict', dict]])] }],
    });
    child.start();
    there.close();
    expect(await here.recv()).toEqual({ hello: 'from the child' });
    await semaphore.acquire();
    expect(await queue.get()).toBe(child.pid);
    await child.join();
    expect(child.exitcode).toBe(0);
    expect([value.value, await dict.get('pid'), lock.locked()]).toEqual([2, child.pid, false]);
    await expect(here.recv()).rejects.toThrow('other end is closed');
  });

  it('leaves nothing of what it was given and never read behind', async () => {
    const segments = (): number => readdirSync('/dev/shm').filter((file) => file.includes(`-${process.pid}-`)).length;
    const before = segments();
    const give = async (): Promise<void> => {
      const args = [new Lock(), { array: new SharedArray('d', 1000) }];
      const child = new Process<unknown[]>({ target: rest, args }).start();
      child.kill();
      await child.join();
      expect(() => new Process<unknown[]>({ target: rest, args, cwd: '/nowhere' }).start()).toThrow(
        'there is no directory',
      );
      expect(() => new Process<unknown[]>({ target: rest, args: [...args, () => {}] }).start()).toThrow(TransferError);
    };
    await Promise.all([give(), give()]);
    await until(() => {
      collectGarbage();
      return segments() <= before;
    }, 'no segment is left');
  });

  it('has what is shared with an environment of its own, and what it makes outlives it', async () => {
    const queue = new Queue();
    await using sender = new Process({ target: sendNewLock, args: [queue], env: {} }).start();
    await sender.join();
    expect(await queue.get({ timeout: 10_000 })).toMatchObject({ owned: false });
    using block = new SharedMemory({ create: true, size: 1 });
    block.buf[0] = 42;
    await using reader = new Process({ target: sendFirstByte, args: [queue, block.name], env: {} }).start();
    await reader.join();
    expect(await queue.get({ timeout: 10_000 })).toBe(42);
  });

  it('is waited for by its sentinel, together with connections [MP-147]', async () => {
    const [reader, writer] = Pipe({ duplex: false });
    const [go, leave] = [new Event(), new Event()];
    const child = new Process({ target: sendLate, args: [writer, go, leave] });
    child.start();
    writer.close();
    expect(await wait([reader, child.sentinel], { timeout: 0 })).toEqual([]);
    go.set();
    expect(await wait([reader, child.sentinel])).toEqual([reader]);
    expect(await reader.recv()).toBe('late');
    leave.set();
    await child.join();
    expect(await wait([reader, child.sentinel], { timeout: 5000 })).toEqual([reader, child.sentinel]);
  });

  it('wakes a thread that blocks here when it is the one to act [MP-085]', async () => {
    const [go, done] = [new Event(), new Event()];
    const child = new Process({ target: setAfter, args: [go, done] });
    child.start();
    go.set();
    expect(done.waitSync({ timeout: 20_000 })).toBe(true);
    await child.join();
  });
});

describe('authkey', () => {
  it('of a manager is neither in the arguments nor in the environment of its server [MP-160]', async () => {
    await using manager = new Manager();
    await manager.start();
    const seen = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${manager.pid}/${file}`, 'latin1')).join();
    const key = Buffer.from(currentProcess().authkey);
    for (const form of ['hex', 'base64', 'latin1'] as const) expect(seen).not.toContain(key.toString(form));
  });
});

describe('weft:lock', () => {
  it('tells when a wait begins and ends, and nothing of locks that are free', async () => {
    const events: unknown[] = [];
    const listen = (message: unknown): void => void events.push(message);
    const lock = new Lock();
    subscribe('weft:lock', listen);
    const guard = await lock.acquire();
    const waiting = lock.acquire();
    guard[Symbol.dispose]();
    (await waiting)[Symbol.dispose]();
    unsubscribe('weft:lock', listen);
    expect(events).toEqual([
      { event: 'wait-begin', subject: lock, action: 'acquire the lock' },
      { event: 'wait-end', subject: lock, action: 'acquire the lock' },
    ]);
  });
});
