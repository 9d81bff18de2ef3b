import { threading } from '@weft/combined';
import { describe, expect, it } from 'vitest';
import { EmulatedGil } from '../../dist/gil/emulated-gil.js';
import { addUnderGil, computeUntilSet, setWhileOthersCompute, sleepUntilSet } from '../fixtures/gil-work.ts';

const TIMES = 20_000;

describe('the emulated GIL', () => {
  it('lets one thread run at a time', async () => {
    const gil = new EmulatedGil();
    const memory = new SharedArrayBuffer(4);
    const threads = [1, 2, 3].map(() =>
      new threading.Thread({ target: addUnderGil, args: [gil, memory, TIMES] }).start(),
    );
    for (const thread of threads) await thread.join();
    expect(new Int32Array(memory)[0]).toBe(3 * TIMES);
  });

  it('goes over to a thread that waits while another one computes', async () => {
    const gil = new EmulatedGil();
    const memory = new SharedArrayBuffer(4);
    const computing = new threading.Thread({ target: computeUntilSet, args: [gil, memory] }).start();
    await new threading.Thread({ target: setWhileOthersCompute, args: [gil, memory] }).start().join();
    await computing.join();
    expect(new Int32Array(memory)[0]).toBe(1);
  });

  it('is free while its holder sleeps', async () => {
    const gil = new EmulatedGil();
    const memory = new SharedArrayBuffer(4);
    const sleeping = new threading.Thread({ target: sleepUntilSet, args: [gil, memory] }).start();
    await new threading.Thread({ target: setWhileOthersCompute, args: [gil, memory] }).start().join();
    await sleeping.join();
    expect(new Int32Array(memory)[0]).toBe(1);
  });

  it('gives back what the work returns, and is free again after work that throws', () => {
    const gil = new EmulatedGil();
    expect(gil.hold(() => gil.allowThreads(() => 7))).toBe(7);
    const failing = () =>
      gil.hold(() => {
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(gil.hold(() => 1)).toBe(1);
  });
});
