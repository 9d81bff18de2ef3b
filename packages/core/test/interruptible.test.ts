import { afterEach, describe, expect, it } from 'vitest';
import { TimeoutError } from '@weft/core';
import { type AmbientTask, type Waiter, interruptible, outsideTasks, setAmbientTask } from '@weft/core/lowlevel';

/** A wait that the test grants by hand, and that notes whether it was withdrawn. */
class ByHand {
  waiter: Waiter<string> | undefined;
  withdrawn = false;
  granted = false;

  start(options: Parameters<typeof interruptible>[0] = {}): Promise<string> {
    return interruptible<string>(options, {
      action: 'wait by hand',
      begin: (waiter) => {
        this.waiter = waiter;
        return () => {
          if (this.granted) return false;
          this.withdrawn = true;
          return true;
        };
      },
    });
  }
}

afterEach(() => setAmbientTask(() => undefined));

describe('interruptible', () => {
  it('ends with what it is granted', async () => {
    const wait = new ByHand();
    const result = wait.start({ timeout: 60_000, signal: new AbortController().signal });
    wait.waiter?.resolve('granted');
    expect(await result).toBe('granted');
    expect(wait.withdrawn).toBe(false);
  });

  it('withdraws when time runs out', async () => {
    const wait = new ByHand();
    await expect(wait.start({ timeout: 1 })).rejects.toThrow(new TimeoutError('wait by hand', 1));
    expect(wait.withdrawn).toBe(true);
  });

  it('withdraws when the signal aborts, with its reason', async () => {
    const wait = new ByHand();
    const controller = new AbortController();
    const result = wait.start({ signal: controller.signal });
    controller.abort('enough');
    await expect(result).rejects.toBe('enough');
    expect(wait.withdrawn).toBe(true);
  });

  it('does not begin with a signal that has aborted', async () => {
    const wait = new ByHand();
    await expect(wait.start({ signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect(wait.waiter).toBeUndefined();
  });

  it('lets a grant win that came before the abort', async () => {
    const wait = new ByHand();
    const controller = new AbortController();
    const result = wait.start({ signal: controller.signal });
    wait.granted = true;
    controller.abort('too late');
    wait.waiter?.resolve('granted');
    expect(await result).toBe('granted');
  });

  it('leaves no listener on the signal', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const wait = new ByHand();
    const result = wait.start({ signal });
    expect(listeners).toBe(1);
    wait.waiter?.resolve('done');
    await result;
    expect(listeners).toBe(0);
  });

  it('ends with the current task, once', async () => {
    let cancel: ((error: unknown) => boolean) | undefined;
    let waiting = 0;
    const task: AmbientTask = {
      enterWait: (ended) => {
        cancel = ended;
        waiting += 1;
        return () => {
          waiting -= 1;
        };
      },
    };
    setAmbientTask(() => task);
    const wait = new ByHand();
    const result = wait.start();
    expect(cancel?.('cancelled')).toBe(true);
    expect(cancel?.('again')).toBe(false);
    await expect(result).rejects.toBe('cancelled');
    expect(waiting).toBe(0);
    expect(wait.withdrawn).toBe(true);
  });

  it('does not begin in a task whose cancellation is due', async () => {
    setAmbientTask(() => ({
      enterWait: () => {
        throw new Error('cancelled already');
      },
    }));
    const wait = new ByHand();
    await expect(wait.start()).rejects.toThrow('cancelled already');
    expect(wait.waiter).toBeUndefined();
  });

  it('is no wait of a task where it is begun outside of all', async () => {
    const task: AmbientTask = {
      enterWait: () => {
        throw new Error('entered');
      },
    };
    let current: AmbientTask | undefined = task;
    setAmbientTask(
      () => current,
      (body) => {
        current = undefined;
        try {
          return body();
        } finally {
          current = task;
        }
      },
    );
    const wait = new ByHand();
    const result = outsideTasks(() => wait.start());
    wait.waiter?.resolve('granted');
    expect(await result).toBe('granted');
  });

  it('passes on what begin throws, and refuses a bad timeout', async () => {
    const broken = interruptible(
      {},
      {
        action: 'begin',
        begin: () => {
          throw new RangeError('cannot begin');
        },
      },
    );
    await expect(broken).rejects.toThrow('cannot begin');
    expect(() => new ByHand().start({ timeout: -1 })).toThrow(RangeError);
  });
});
