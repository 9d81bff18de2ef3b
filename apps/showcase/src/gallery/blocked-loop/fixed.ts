import { asyncio, isMain, threading } from '@weft/combined';
import { waitBlocking } from '../../workloads/io-bound.ts';

async function heartbeat() {
  for (let beat = 1; beat <= 5; beat++) {
    await asyncio.sleep(50);
    console.log(`beat ${beat}`);
  }
}

async function readFromSlowDevice() {
  await using pool = new threading.ThreadPoolExecutor({ maxWorkers: 1 });
  await asyncio.sleep(60);
  await pool.submit(waitBlocking, 300);
  console.log('read');
}

if (isMain(import.meta)) {
  await asyncio.run(async () => {
    await asyncio.gather(heartbeat, readFromSlowDevice);
  });
}
