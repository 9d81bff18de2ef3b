import { Executor, type ExecutorStats, Future, asCompleted, wait } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { describe, expect, it } from 'vitest';

/** Takes calls, and makes none. */
class IdleExecutor extends Executor {
  submitted = 0;

  submit(): Future<never> {
    this.submitted += 1;
    return new Future<never>();
  }

  async shutdown(): Promise<void> {}

  with(): this {
    return this;
  }

  stats(): ExecutorStats {
    throw new Error('nobody asks');
  }
}

const BAD = [null, 5, 'x', [], () => {}] as never[];
const REFUSED = /^Cannot .* with .*: options must be an object$/;
const done = new Future<number>();
done.setResult(1);

describe('options that are no object', () => {
  it('are named, with what they were for', () => {
    expect(() => checkOptions('make a pool', null as never)).toThrow(
      new TypeError('Cannot make a pool with null: options must be an object'),
    );
    expect(() => checkOptions('make a pool', {})).not.toThrow();
    expect(() => checkOptions('make a pool', Object.create(null) as object)).not.toThrow();
  });

  it.each(BAD)('are refused by all that waits for futures: %o', async (bad) => {
    expect(() => done.resultSync(bad)).toThrow(REFUSED);
    expect(() => asCompleted([done], bad)).toThrow(REFUSED);
    for (const refused of [done.result(bad), done.exception(bad), wait([done], bad)])
      await expect(refused).rejects.toThrow(REFUSED);
  });

  it.each(BAD)('are refused by a map before anything is submitted: %o', (bad) => {
    const executor = new IdleExecutor();
    expect(() => executor.map(Math.sqrt, [1], bad)).toThrow(REFUSED);
    expect(() => executor.starmap(Math.sqrt, [[1]], bad)).toThrow(REFUSED);
    expect(executor.submitted).toBe(0);
  });
});
