// Tasks that hand blocking and CPU-bound work to threads and processes. Python: asyncio.to_thread
import { asyncio, isMain, toProcess, toThread } from '@weft/combined';

export function countDown(from: number) {
  let left = from;
  while (left > 0) left--;
  return `${from} counted`;
}

if (isMain(import.meta)) {
  await asyncio.run(async () => {
    const results = await asyncio.gather(
      toThread(countDown, 1_000),
      toProcess(countDown, 2_000),
      asyncio.sleep(1, 'slept'),
    );
    console.log(results.join(', '));
  });
}

// Prints:
// 1000 counted, 2000 counted, slept
