import { isMain, multiprocessing } from '@weft/combined';

export function square(n: number) {
  if (n === 3) process.kill(process.pid, 'SIGKILL');
  return n * n;
}

if (isMain(import.meta)) {
  await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: 1 });
  for (const n of [1, 2, 3, 4]) console.log(await pool.submit(square, n));
}
