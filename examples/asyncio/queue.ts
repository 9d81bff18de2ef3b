// A bounded queue slows a fast producer down; shutting it down ends the consumers. Python: asyncio.Queue
import { Queue, TaskGroup, run, sleep } from '@weft/async';

const queue = new Queue<number>(2);

async function produce() {
  for (let n = 1; n <= 4; n++) {
    await queue.put(n);
    console.log(`put ${n}`);
  }
  queue.shutdown();
}

async function consume() {
  for await (const n of queue) {
    await sleep(1);
    console.log(`got ${n}`);
  }
}

await run(async () => {
  await TaskGroup.run(async (group) => {
    group.createTask(produce);
    group.createTask(consume);
  });
});

// Prints:
// put 1
// put 2
// put 3
// got 1
// put 4
// got 2
// got 3
// got 4
