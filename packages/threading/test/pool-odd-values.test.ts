import { ThreadPoolExecutor, TransferError } from '@weft/threading';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

const { proxy, revoke } = Proxy.revocable({}, {});
revoke();

describe('a ThreadPoolExecutor', () => {
  it('refuses an argument that is a Proxy which was revoked, and says where it was', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const refused = (path: string): TransferError => new TransferError(`Cannot send ${path}: it is a Proxy`);
    expect(() => pool.submit(tasks.echo, proxy)).toThrow(refused('args[0]'));
    expect(() => pool.submit(tasks.echo, { a: [proxy] })).toThrow(refused('args[0].a[0]'));
    expect(() => pool.submit(tasks.echo as (...args: unknown[]) => unknown, 1, proxy)).toThrow(refused('args[1]'));
    expect(() => pool.map(tasks.echo, [proxy])).toThrow(TransferError);
    expect(pool.stats().queued).toBe(0);
  });

  it('fails the task whose result, or error, is one or holds one, and not its worker', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    for (const path of ['', '.list[0]']) {
      const kind = path === '' ? 'revoked' : 'in a list';
      await expect(capped(pool.submit(tasks.giveOdd, kind), kind)).rejects.toThrow(
        new TransferError(`Cannot send the result${path}: it is a Proxy`),
      );
    }
    await expect(pool.submit(tasks.throwOdd)).rejects.toMatchObject({ message: 'odd', held: '<Revoked Proxy>' });
    expect(pool.stats()).toMatchObject({ workers: 1, failed: 3 });
  });

  it('moves what a view lists with the call that it is an argument of', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    for (const wrap of [(part: Uint8Array) => part, (part: Uint8Array) => new Map([['part', part]])]) {
      const parts = [1, 2, 3].map((n) => Uint8Array.of(n, n));
      const moving = pool.with({ transfer: parts.map((part) => part.buffer) });
      const arrived: unknown[] = [];
      for await (const part of moving.map(
        tasks.echo<unknown>,
        parts.map((part) => wrap(part) as unknown),
      ))
        arrived.push(part);
      expect(arrived).toEqual([1, 2, 3].map((n) => wrap(Uint8Array.of(n, n))));
      expect(parts.map((part) => part.length)).toEqual([0, 0, 0]);
    }
  });

  it('takes a result with a then as await does: what it throws, or the first of what it says', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await expect(capped(pool.submit(tasks.giveOdd, 'rude'), 'a rude result')).rejects.toThrow('rude');
    expect(await pool.submit(tasks.giveOdd, 'twice')).toBe(2);
    expect(await pool.submit(tasks.giveOdd, 'twice')).toBe(2);
    await expect(pool.submit(tasks.giveOdd, 'rude')).rejects.toThrow('rude');
    expect(pool.stats()).toMatchObject({ workers: 1, busy: 0, queued: 0 });
  });
});
