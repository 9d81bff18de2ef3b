import { asyncio, isMain } from '@weft/combined';
import { waitBlocking } from '../../workloads/io-bound.ts';

async function heartbeat() {
  for (let beat = 1; beat <= 5; beat++) {
    await asyncio.sleep(50);
    console.log(`beat ${beat}`);
  }
}

async function readFromSlowDevice() {
  await asyncio.sleep(60);
  waitBlocking(300);
  console.log('read');
}

if (isMain(import.meta)) {
  await asyncio.run(async () => {
    await asyncio.gather(heartbeat, readFromSlowDevice);
  });
}
