// CPU-bound work on two processes, results in order. Python: multiprocessing.Pool
import { Pool, isMain } from '@weft/multiprocessing';

export function sumOfSquares(n: number) {
  let sum = 0n;
  for (let i = 0n; i < n; i++) sum += i * i;
  return sum;
}

if (isMain(import.meta)) {
  await using pool = new Pool(2);
  const sums = await pool.map(sumOfSquares, [10, 100, 100_000]);
  console.log(sums.join(' '));
}

// Prints:
// 285 328350 333328333350000
