import { isMain, multiprocessing } from '@weft/combined';

interface Job {
  text: string;
  onDone: (words: number) => void;
}

export function countWords({ text, onDone }: Job) {
  onDone(text.split(' ').length);
}

if (isMain(import.meta)) {
  await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: 1 });
  await pool.submit(countWords, {
    text: 'to be or not to be',
    onDone: (words) => console.log(words),
  });
}
