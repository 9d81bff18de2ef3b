import { sumOfSquares } from './sum-of-squares.ts';

/** For libraries whose messages are JSON, which has no BigInt. */
export function sumAsText(n: number): string {
  return String(sumOfSquares(n));
}
