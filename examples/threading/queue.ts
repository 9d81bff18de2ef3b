// Work for threads through a queue, until it is shut down. Python: queue.Queue
import { Queue, Thread, isMain } from '@weft/threading';

export function work(tasks: Queue<number>, results: Queue<number>) {
  try {
    for (;;) results.putSync(tasks.getSync() ** 2);
  } catch {
    return; // the queue was shut down and is empty
  }
}

if (isMain(import.meta)) {
  const tasks = new Queue<number>();
  const results = new Queue<number>();
  const threads = [1, 2].map(() => new Thread({ target: work, args: [tasks, results] }).start());

  for (let n = 1; n <= 5; n++) await tasks.put(n);
  tasks.shutdown();
  for (const thread of threads) await thread.join();

  results.shutdown();
  const squares = [];
  for await (const square of results) squares.push(square);
  console.log(squares.sort((a, b) => a - b).join(' '));
}

// Prints:
// 1 4 9 16 25
