import { type Interpreter, nodeItself } from './interpreter.ts';

/** How many candidates are tried between two checkpoints: some microseconds, as in CPython. */
const STRIDE = 64;

/**
 * Counts the primes below a limit by dividing: work for a processor, nothing to wait for.
 *
 * @param limit Below what to count.
 * @param interpreter Whose rules to follow.
 * @returns How many primes there are.
 */
export function countPrimes(limit: number, interpreter: Interpreter = nodeItself): number {
  return interpreter.hold(() => {
    let count = 0;
    for (let candidate = 2; candidate < limit; candidate++) {
      if (candidate % STRIDE === 0) interpreter.checkpoint();
      if (isPrime(candidate)) count++;
    }
    return count;
  });
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}

/** How far one portion of {@link computePortions} counts: about a fifth of a millisecond. */
const PORTION = 8000;

/**
 * Computes so many equal portions of work, without a pause in which others may run, but with checkpoints.
 *
 * @param portions How many.
 * @param interpreter Whose rules to follow.
 */
export function computePortions(portions: number, interpreter: Interpreter = nodeItself): void {
  interpreter.hold(() => {
    for (let portion = 0; portion < portions; portion++) {
      interpreter.checkpoint();
      for (let candidate = 2; candidate < PORTION; candidate++) isPrime(candidate);
    }
  });
}
