import { BrokenThreadPoolError, TransferError, transfer } from '@weft/core';
import { PoolExecutor, Scheduler, checkPoolOptions } from '@weft/core/scheduler';
import { expect, it } from 'vitest';
import { FakeTransport } from './fixtures/fake-transport.ts';

function makePool(maxWorkers: number): { executor: PoolExecutor; fake: FakeTransport } {
  const settings = checkPoolOptions({}, { maxWorkers, onWorkerDeath: 'replace' });
  const broken = (message: string, options?: ErrorOptions) => new BrokenThreadPoolError(message, options);
  let fake: FakeTransport | undefined;
  const options = { ...settings, name: 'fake', broken };
  const scheduler = new Scheduler(options, (events) => (fake = new FakeTransport(events, settings)));
  scheduler.hireAll();
  return { executor: new PoolExecutor(scheduler), fake: fake as never };
}

const identity = (value: unknown): unknown => value;
const buffer = new ArrayBuffer(8);
const moving = transfer(buffer, [buffer]);
const circle: unknown[] = [1];
circle.push(circle);
const rude = {
  get unreadable(): never {
    throw new Error('not today');
  },
};

it.each<[path: string, value: unknown]>([
  ['args[0]', moving],
  ['args[0][1]', [circle, moving]],
  ['args[0].a.b[0]', { rude, a: { c: 1, b: [moving] } }],
  ['args[0].key', new Map([['key', moving]])],
  ['args[0].object', new Map([[moving, 1]])],
  ['args[0][1]', new Set<unknown>([rude, moving])],
  ['args[0].cause', new Error('x', { cause: moving })],
])('does not call several workers with what would move, at %s', (path, value) => {
  const { executor, fake } = makePool(2);
  expect(() => executor.broadcast(identity, value)).toThrow(
    new TransferError(`Cannot send ${path}: what moves can go to one worker only`),
  );
  expect([fake.waiting, executor.stats().queued, buffer.byteLength]).toEqual([[], 0, 8]);
});

it('calls the only worker with what moves, and several with all else', () => {
  const one = makePool(1);
  void one.executor.broadcast(identity, moving);
  expect(one.fake.waiting.length).toBe(1);
  const { executor, fake } = makePool(2);
  const values = [1, null, circle, rude, { buffer }, new Map([[1, buffer]]), new Proxy({}, {})];
  for (const value of values) void executor.broadcast(identity, value);
  expect(fake.waiting.length).toBe(2 * values.length);
});
