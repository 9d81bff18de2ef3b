import { isMain, multiprocessing } from '@weft/combined';

export function countWords(text: string) {
  return text.split(' ').length;
}

if (isMain(import.meta)) {
  await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: 1 });
  const future = pool.submit(countWords, 'to be or not to be');
  console.log(await future);
}
