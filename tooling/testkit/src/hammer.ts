import { Random } from './random.ts';

/** How a hammer runs. */
export interface HammerOptions {
  /** The seed to repeat; left out, `WEFT_SEED` or a fresh one. */
  seed?: number | undefined;
}

/**
 * Runs `body` many times with pseudo-random numbers; a failure names the round and the seed that repeats it.
 *
 * @param rounds How many times. The environment variable `WEFT_HAMMER` multiplies it.
 * @param body One round; it takes all its chances from `random`.
 */
export async function hammer(
  rounds: number,
  body: (random: Random, round: number) => unknown,
  options: HammerOptions = {},
): Promise<void> {
  const seed = options.seed ?? Random.freshSeed();
  const random = new Random(seed);
  const total = Math.ceil(rounds * Number(process.env['WEFT_HAMMER'] ?? 1));
  for (let round = 0; round < total; round += 1) {
    try {
      await body(random, round);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Round ${round} of ${total} failed; repeat it with WEFT_SEED=${seed}: ${reason}`, { cause });
    }
  }
}
