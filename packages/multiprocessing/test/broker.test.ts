import { inspect } from 'node:util';
import {
  barrierConformance,
  boundedSemaphoreConformance,
  conditionConformance,
  eventConformance,
  lockConformance,
  queueConformance,
  rlockConformance,
  semaphoreConformance,
  simpleQueueConformance,
} from '@weft/conformance';
import { InvalidStateError } from '@weft/core';
import type { Lock as LockType } from '@weft/multiprocessing';
import { runScript } from '@weft/testkit';
import { expect, it } from 'vitest';
import { sendFirstByte, sendNewLock } from './fixtures/sharing.mjs';
import { Peer, elsewhere } from './peers.ts';

process.env['WEFT_SHARED_MEMORY'] = 'broker';
const {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  JoinableQueue,
  Lock,
  Pipe,
  Process,
  Queue,
  RLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedMemory,
  SharedValue,
  SimpleQueue,
} = await import('@weft/multiprocessing');

const options = { sync: true, rounds: 200, elsewhere: elsewhere() };
lockConformance('Lock over the broker', { ...options, create: () => new Lock() });
rlockConformance('RLock over the broker', { ...options, create: () => new RLock(), createEvent: () => new Event() });
semaphoreConformance('Semaphore over the broker', { ...options, create: (value) => new Semaphore(value) });
boundedSemaphoreConformance('BoundedSemaphore over the broker', {
  ...options,
  create: (value) => new BoundedSemaphore(value),
});
eventConformance('Event over the broker', { ...options, create: () => new Event() });
conditionConformance<LockType>('Condition over the broker', {
  ...options,
  create: (lock) => new Condition(lock),
  createLock: () => new Lock(),
});
barrierConformance('Barrier over the broker', {
  ...options,
  create: (parties, limits) => new Barrier(parties, limits),
});
queueConformance('Queue over the broker', {
  ...options,
  joinable: false,
  identity: false,
  create: (maxsize) => new Queue(maxsize),
});
queueConformance('JoinableQueue over the broker', {
  ...options,
  identity: false,
  create: (maxsize) => new JoinableQueue(maxsize),
});
simpleQueueConformance('SimpleQueue over the broker', { ...options, identity: false, create: () => new SimpleQueue() });

const peer = elsewhere();

it('shares values, arrays, blocks and lists over the broker [MP-162, MP-166, MP-262, MP-269]', async () => {
  const { fillShared } = await import('./fixtures/sharing.mjs');
  const value = new SharedValue('i', 1);
  const array = new SharedArray('d', 3);
  const list = new ShareableList(['a', 1, null]);
  const block = new SharedMemory({ create: true, size: 16 });
  await peer(fillShared, { value, array, list, block });
  expect(value.value).toBe(42);
  expect([...array]).toEqual([0.5, 1.5, 2.5]);
  expect([...list]).toEqual(['b', 2, true]);
  expect(block.buf[3]).toBe(7);
  for (const owned of [list, block]) owned[Symbol.dispose]();
});

it('shares the bytes and the text of arrays over the broker, and parts of their views [MP-172]', async () => {
  const { double } = await import('./fixtures/sharing.mjs');
  const text = new SharedArray('c', 5);
  text.value = 'ab';
  const numbers = new SharedArray('i', [1, 2, 3, 4]);
  numbers.raw[0] = 5;
  numbers.typedArray.subarray(1, 3).fill(7)[0] = 8;
  await peer(double, [text, numbers]);
  expect([text.value, ...numbers]).toEqual(['\u00c2\u00c4', 10, 16, 14, 8]);
  expect([...numbers.raw.subarray(0, 4)]).toEqual([10, 0, 0, 0]);
});

it('writes of a view over the broker only what changed', () => {
  const block = new SharedMemory({ create: true, size: 8 });
  const same = new SharedMemory({ name: block.name });
  const meanwhile = {
    valueOf() {
      block.buf[5] = 9;
      return 1;
    },
  };
  block.buf.fill(1);
  same.buf.fill(meanwhile as never, 0, 2);
  expect([...block.buf]).toEqual([1, 1, 1, 1, 1, 9, 1, 1]);
  same.close();
  block[Symbol.dispose]();
});

it('tells who holds a lock over the broker when it is printed [MP-065, MP-068]', async () => {
  const { holdAndRelease } = await import('./fixtures/sharing.mjs');
  const [lock, held, left] = [new Lock(), new Event(), new Event()];
  const holder = new Peer();
  const done = holder.run(holdAndRelease, lock, held, left);
  await held.wait();
  expect(inspect(lock)).toBe(`Lock { locked by process or thread ${holder.pid} }`);
  left.set();
  await done;
  await holder.end();
});

it('keeps blocks as mapped memory does: closed, named and too large ones [MP-264, MP-266]', () => {
  const name = `weft-test-broker-${process.pid}`;
  const block = new SharedMemory({ create: true, name, size: 8 });
  const view = block.buf;
  expect(() => new SharedMemory({ create: true, name, size: 8 })).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  block.close();
  block.unlink();
  expect([block.buf.length, block.size]).toEqual([0, 8]);
  expect(() => block.read(0, 1)).toThrow(InvalidStateError);
  expect(() => block.write(0, Buffer.of(1))).toThrow(InvalidStateError);
  expect(() => view[0]).toThrow(InvalidStateError);
  for (const bad of ['', 'a/b', 'nul\0', 'x'.repeat(512)])
    expect(() => new SharedMemory({ name: bad, create: true, size: 1 })).toThrow(RangeError);
  for (const bad of [5, null]) expect(() => new SharedMemory({ name: bad as never })).toThrow(TypeError);
  expect(() => new SharedMemory({ name, create: true, size: 2 ** 52 })).toThrow(
    expect.objectContaining({ code: 'ENOSPC' }),
  );
});

it('carries messages of any size through pipes over the broker, and tells their end [MP-119, MP-121, MP-122]', async () => {
  const [here, there] = Pipe();
  const { echo } = await import('./fixtures/sharing.mjs');
  const done = peer(echo, there);
  there.close();
  const large = Buffer.alloc(3_000_000, 'weft');
  for (const message of ['text', { a: [1] }, large]) {
    await here.send(message);
    expect(await here.recv()).toEqual(message);
  }
  here.close();
  expect(await done).toBe(3);
});

it('fails what waits when the broker is gone, and everything later', async () => {
  const { stdout, stderr, exitCode } = await runScript(
    `import { childProcesses } from '@weft/testkit';
     import { Condition, Lock, Queue } from '@weft/multiprocessing';
     const lock = new Lock();
     await lock.acquire();
     const queue = new Queue();
     const condition = new Condition();
     await condition.acquire();
     const tell = (wait) => wait.then(() => 'nothing', (error) => error.name);
     const waits = [
       lock.acquire(),
       lock.acquire({ timeout: 60_000 }),
       lock.acquire({ signal: AbortSignal.timeout(60_000) }),
       queue.get(),
       condition.wait(),
     ].map(tell);
     process.kill(Number.parseInt(childProcesses()[0]), 'SIGKILL');
     console.log((await Promise.all(waits)).join(' '));
     const later = new Set();
     for (let at = 0; at < 5000; at += 1) later.add(await tell(queue.get({ timeout: 0 })));
     console.log([...later].join(' '));`,
    { env: { WEFT_BROKER: undefined } },
  );
  expect(stderr).toBe('');
  expect(stdout).toBe(`${Array.from({ length: 5 }, () => 'BrokenPipeError').join(' ')}\nBrokenPipeError\n`);
  expect(exitCode).toBe(0);
});

it('fails in children that are started when the broker is gone, instead of holding them up', async () => {
  const { stdout, stderr } = await runScript(
    `import { childProcesses } from '@weft/testkit';
     import { Lock, Process, isMain } from '@weft/multiprocessing';
     export function makeLock() {
       new Lock();
     }
     if (isMain(import.meta)) {
       makeLock();
       process.kill(Number.parseInt(childProcesses()[0]), 'SIGKILL');
       const child = new Process({ target: makeLock }).start();
       await child.join();
       console.log(child.exitcode);
     }`,
    { env: { WEFT_BROKER: undefined } },
  );
  expect(stdout).toBe('1\n');
  expect(stderr).toContain('BrokenPipeError: Cannot use what processes share: the broker that keeps it is gone');
});

it('shares over the broker with a child that has an environment of its own', async () => {
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
