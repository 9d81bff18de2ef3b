import { Pool, ProcessPoolExecutor, TransferError } from '@weft/multiprocessing';
import { capped, leakCheck } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

leakCheck();

const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

describe('a ProcessPoolExecutor', () => {
  it('refuses an argument that is a Proxy which was revoked, and says where it was', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const refused = (path: string): TransferError => new TransferError(`Cannot send ${path}: it is a Proxy`);
    expect(() => pool.submit(tasks.echo, proxy)).toThrow(refused('args[0]'));
    expect(() => pool.submit(tasks.echo, { a: [proxy] })).toThrow(refused('args[0].a[0]'));
    expect(() => pool.submit(tasks.echo as (...args: unknown[]) => unknown, 1, proxy)).toThrow(refused('args[1]'));
    expect(() => pool.map(tasks.echo, [proxy])).toThrow(TransferError);
    expect(pool.stats().queued).toBe(0);
  });

  it('fails the task whose result, or error, is one or holds one, and not its worker', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const path of ['', '.list[0]']) {
      const kind = path === '' ? 'revoked' : 'in a list';
      await expect(capped(pool.submit(tasks.giveOdd, kind), kind)).rejects.toThrow(
        new TransferError(`Cannot send the result${path}: it is a Proxy`),
      );
    }
    await expect(pool.submit(tasks.throwOdd)).rejects.toMatchObject({ message: 'odd', held: '<Revoked Proxy>' });
    expect(pool.stats()).toMatchObject({ workers: 1, failed: 3 });
  });

  it('refuses an async generator as a result, and says that threads take it', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    const reason = 'which only the tasks of a pool of threads can return; send what it yields';
    for (const give of [tasks.giveLater, tasks.giveLaterStill] as (() => unknown)[])
      await expect(pool.submit(give)).rejects.toThrow(
        new TransferError(`Cannot send the result: it is an async generator, ${reason}`),
      );
    await expect(pool.submit(tasks.giveInTurn)).rejects.toThrow('it is a generator; send what it yields');
  });

  it('moves what a view lists with the call that it is an argument of', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const chunksize of [1, 2]) {
      const parts = [1, 2, 3].map((n) => Uint8Array.of(n, n));
      const moving = pool.with({ transfer: parts.map((part) => part.buffer) });
      const arrived: unknown[] = [];
      for await (const part of moving.map(tasks.echo, parts, { chunksize })) arrived.push(part);
      expect(arrived).toEqual([1, 2, 3].map((n) => Uint8Array.of(n, n)));
      expect(parts.map((part) => part.length)).toEqual([0, 0, 0]);
    }
  });

  it('takes a result with a then as await does: what it throws, or the first of what it says', async () => {
    await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    await expect(capped(pool.submit(tasks.giveOdd, 'rude'), 'a rude result')).rejects.toThrow('rude');
    expect(await pool.submit(tasks.giveOdd, 'twice')).toBe(2);
    expect(await pool.submit(tasks.giveOdd, 'twice')).toBe(2);
    await expect(pool.submit(tasks.giveOdd, 'rude')).rejects.toThrow('rude');
    expect(pool.stats()).toMatchObject({ workers: 1, busy: 0, queued: 0 });
  });
});

it('refuses an item of a Pool, or a list of arguments, that is a Proxy which was revoked', () => {
  using pool = new Pool(1);
  const refused = /^Cannot send .*: it is a Proxy$/;
  expect(() => pool.applyAsync(tasks.echo, [proxy])).toThrow(refused);
  expect(() => pool.mapAsync(tasks.echo, [1, proxy])).toThrow(refused);
  expect(() => pool.starmapAsync(tasks.echo, [proxy as never])).toThrow(refused);
});
