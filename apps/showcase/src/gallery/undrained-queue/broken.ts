import { isMain, multiprocessing } from '@weft/combined';

export async function produce(queue: multiprocessing.Queue<number>) {
  for (let n = 1; n <= 5; n++) await queue.put(n);
}

if (isMain(import.meta)) {
  const queue = new multiprocessing.Queue<number>(2);
  const producer = new multiprocessing.Process({
    target: produce,
    args: [queue],
  });
  producer.start();
  await producer.join();
  for (let n = 1; n <= 5; n++) console.log(await queue.get());
}
