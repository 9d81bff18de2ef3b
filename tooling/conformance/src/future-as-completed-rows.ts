import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure } from './failure.ts';
import { type FutureLike, futuresInEachState, labelsOf } from './future.ts';
import type { Define } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';

/** What the rows ask of `asCompleted`. */
export type AsCompletedLike<F extends FutureLike> = (futures: Iterable<F>, options?: WaitOptions) => AsyncIterable<F>;

/** Adds the rows about taking futures as they finish. */
export function asCompletedRows<F extends FutureLike>(
  row: Define,
  create: () => F,
  asCompleted: AsCompletedLike<F>,
): void {
  const take = async (futures: Iterable<F>, options?: WaitOptions): Promise<F[]> => {
    const taken: F[] = [];
    for await (const future of asCompleted(futures, options)) taken.push(future);
    return taken;
  };
  row('asCompleted gives each future once, those that are done first [FU-064]', async () => {
    const states = futuresInEachState(create, new Error('failed'));
    const { pending, running } = states;
    const taking = take(Object.values(states));
    await flush();
    running.setResult(1);
    pending.cancel();
    const taken = labelsOf(states, await taking);
    expect(taken.slice(4)).toEqual(['running', 'pending']);
    expect(taken.slice(0, 4).toSorted()).toEqual(['cancelled', 'failed', 'notified', 'succeeded']);
  });
  row('asCompleted gives the others in the order in which they finish [FU-065]', async () => {
    const [a, b, c] = [create(), create(), create()];
    const taking = take([a, b, c]);
    await flush();
    for (const future of [b, c, a]) {
      future.setResult(1);
      await flush(1);
    }
    expect(labelsOf({ a, b, c }, await taking)).toEqual(['b', 'c', 'a']);
  });
  row('asCompleted throws when its time is over, after what was ready [FU-066, FU-068]', async () => {
    for (const timeout of [0, 5]) {
      const [done, open, other] = [create(), create(), create()];
      done.setResult(1);
      const taken: F[] = [];
      const error = await failure(async () => {
        for await (const future of asCompleted([done, open, other], { timeout })) taken.push(future);
      }, 'TimeoutError');
      expect(labelsOf({ done, open, other }, taken)).toEqual(['done']);
      expect(error.message).toMatch(/2 \(of 3\)/);
    }
  });
  row('asCompleted takes any iterable, and gives one that occurs twice once [FU-067]', async () => {
    const [done, open] = [create(), create()];
    done.setResult(1);
    const taking = take(
      (function* () {
        yield* [done, open, done, open, open];
      })(),
    );
    await flush();
    open.setResult(2);
    expect(labelsOf({ done, open }, await taking)).toEqual(['done', 'open']);
    expect(await take([])).toEqual([]);
  });
  row('asCompleted may be left early, and the futures go on as if nothing had been [FU-070]', async () => {
    const [done, open] = [create(), create()];
    done.setResult(1);
    for await (const future of asCompleted([done, open])) {
      expect(future === done).toBe(true);
      break;
    }
    open.setResult(2);
    expect(await open).toBe(2);
    expect(labelsOf({ open }, await take([open]))).toEqual(['open']);
  });
}
