// At most two at a time, in the order they came. Python: asyncio.Semaphore
import { Semaphore, gather, run, sleep } from '@weft/async';

const slots = new Semaphore(2);
let inside = 0;
let most = 0;

async function visit() {
  using _slot = await slots.acquire();
  most = Math.max(most, ++inside);
  await sleep(1);
  inside--;
}

await run(async () => {
  await gather(Array.from({ length: 10 }, () => visit));
  console.log(`never more than ${most} at once`);
});

// Prints:
// never more than 2 at once
