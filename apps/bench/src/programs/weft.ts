import { Pool, isMain } from '@weft/multiprocessing';
import { sumOfSquares } from './sum-of-squares.ts';

if (isMain(import.meta)) {
  await using pool = new Pool(2);
  console.log(String(await pool.map(sumOfSquares, [1e5, 1e6])));
}
