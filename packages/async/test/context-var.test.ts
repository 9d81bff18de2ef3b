import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

import {
  Context,
  ContextVar,
  Future,
  InvalidStateError,
  copyContext,
  createTask,
  gather,
  run,
  sleep,
} from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, turns } from './in-run.ts';
import { runProgram } from './program.ts';

describe('ContextVar', () => {
  it('gives its value, a fallback or its default, and throws without any', () => {
    const [plain, defaulted] = [
      new ContextVar<number>('plain'),
      new ContextVar<number | undefined>('defaulted', { default: undefined }),
    ];
    expect(() => plain.get()).toThrow(ReferenceError);
    expect(plain.get(7)).toBe(7);
    expect(defaulted.get()).toBe(undefined);
    expect(() => new ContextVar(7 as never)).toThrow(TypeError);
    expect(inspect(plain)).toBe('ContextVar { plain }');
  });

  it(
    'shows a caller what a called async function sets, as in Python',
    inRun(async () => {
      const variable = new ContextVar('variable', { default: 'before' });
      await (async () => {
        await sleep(0);
        variable.set('inner');
      })();
      expect(variable.get()).toBe('inner');
    }),
  );

  it(
    'is reset by its token, once',
    inRun(async () => {
      const [variable, other] = [new ContextVar<string>('variable'), new ContextVar<string>('other')];
      const first = variable.set('a');
      {
        using second = variable.set('b');
        expect(second.oldValue).toBe('a');
      }
      expect(variable.get()).toBe('a');
      expect(() => other.reset(first)).toThrow(TypeError);
      variable.reset(first);
      expect(() => variable.get()).toThrow(ReferenceError);
      expect(() => variable.reset(first)).toThrow(InvalidStateError);
    }),
  );

  it('keeps the values of tasks apart', async () => {
    const variable = new ContextVar<number>('variable');
    const body = (value: number) => async (): Promise<boolean> => {
      variable.set(value);
      for (let round = 0; round < 5; round += 1) await sleep(0);
      return variable.get() === value;
    };
    expect(await run(() => gather([1, 2, 3].map(body)))).toEqual([true, true, true]);
  });

  it(
    'is in a done callback what it was when the callback was added, and what that sets nobody else sees',
    inRun(async () => {
      const variable = new ContextVar('variable', { default: 0 });
      const future = new Future<void>();
      const seen: number[] = [];
      const look = (): void => {
        seen.push(variable.get());
        variable.set(9);
      };
      variable.set(1);
      future.addDoneCallback(look);
      copyContext().run(() => {
        variable.set(2);
        future.addDoneCallback(look);
      });
      variable.set(3);
      future.setResult();
      await turns();
      expect([...seen, variable.get()]).toEqual([1, 2, 3]);
    }),
  );

  it('leaves nothing behind when it is collected, also among many of one name', async () => {
    const { stdout } = await runProgram(
      `const kept = new asyncio.ContextVar('same');
      const used = [];
      for (let round = 0; round < 4; round += 1) {
        for (let made = 0; made < 20_000; made += 1) new asyncio.ContextVar(made % 2 ? 'same' : String(made));
        for (let turn = 0; turn < 2; turn += 1) {
          gc();
          await new Promise(setImmediate);
        }
        used.push(process.memoryUsage().heapUsed);
      }
      console.log(asyncio.ContextVar.named('same').indexOf(kept), (used[3] - used[0]) / 60_000 < 8);`,
      { flags: ['--expose-gc'] },
    );
    expect(stdout).toBe('0 true');
  });
});

describe('Context', () => {
  it('runs a function, and keeps what that sets', async () => {
    const variable = new ContextVar('variable', { default: 0 });
    const check = (): void => {
      const context = copyContext();
      context.run(() => {
        variable.set(1);
        expect(() => context.run(() => {})).toThrow(InvalidStateError);
      });
      expect([variable.get(), context.get(variable), context.has(variable), context.size]).toEqual([0, 1, true, 1]);
      expect([...context.copy()]).toEqual([[variable, 1]]);
      expect(inspect(context)).toBe('Context { variable: 1 }');
    };
    check();
    await run(async () => check());
    expect(new Context().size).toBe(0);
  });

  it('is that of an async function outside of any task to its end, and of nobody beside it', async () => {
    const variable = new ContextVar('variable', { default: 0 });
    const context = copyContext();
    const count = async (): Promise<void> => {
      variable.set(variable.get() + 1);
      await turns();
      variable.set(variable.get() + 1);
      await createTask(() => expect(variable.get()).toBe(2));
    };
    const counted = context.run(count);
    expect(variable.get()).toBe(0);
    await turns(1);
    variable.set(7);
    await counted;
    expect([variable.get(), context.get(variable), copyContext().run(() => variable.get())]).toEqual([7, 2, 7]);
  });
});

describe("a user's own AsyncLocalStorage", () => {
  it('follows the creator of a task and never leaks into another one', async () => {
    const storage = new AsyncLocalStorage<string>();
    const body = async (): Promise<string[]> => {
      const seen = [storage.getStore() ?? 'none'];
      await sleep(0);
      seen.push(storage.getStore() ?? 'none');
      await createTask(async () => seen.push(storage.getStore() ?? 'none'));
      return seen;
    };
    await run(async () => {
      const tasks = ['a', 'b'].map((value) => storage.run(value, () => createTask(body)));
      tasks.push(createTask(body));
      expect(await gather(tasks)).toEqual([
        ['a', 'a', 'a'],
        ['b', 'b', 'b'],
        ['none', 'none', 'none'],
      ]);
      expect(storage.getStore()).toBe(undefined);
    });
  });

  it('is what it was for code around a run', async () => {
    const storage = new AsyncLocalStorage<string>();
    await storage.run('outer', async () => {
      await run(async () => {
        storage.enterWith('inner');
        await sleep(0);
      });
      expect(storage.getStore()).toBe('outer');
    });
  });
});
