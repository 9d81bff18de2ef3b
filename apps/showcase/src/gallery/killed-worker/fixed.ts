import { futures, isMain, multiprocessing } from '@weft/combined';
import { square } from './broken.ts';

async function squareOrTell(n: number) {
  await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: 1 });
  try {
    return await pool.submit(square, n);
  } catch (error) {
    if (error instanceof futures.BrokenExecutorError) return `${n} ended its worker`;
    throw error;
  }
}

if (isMain(import.meta)) {
  for (const n of [1, 2, 3, 4]) console.log(await squareOrTell(n));
}
