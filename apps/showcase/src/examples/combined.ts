import { asyncio, isMain, multiprocessing } from '@weft/combined';
import { range, sum } from './sum.ts';

// CPU-bound calculation

export function cpuBoundTask(n: number) {
  return sum(range(n), (i) => i * i);
}

// Async I/O-bound task
async function ioBoundTask() {
  console.log('Starting I/O task');
  await asyncio.sleep(2000); // Simulate I/O delay
  console.log('I/O task complete');
}

// Running I/O tasks concurrently in async loop
async function asyncMain() {
  await asyncio.gather(ioBoundTask, ioBoundTask);
}

// Main function
export async function program() {
  {
    // Creating a pool of processes for CPU-bound tasks
    await using pool = new multiprocessing.Pool(2);
    const results = await pool.map(cpuBoundTask, [10 ** 5, 10 ** 6]);
    console.log(`CPU-bound results: [${results.join(', ')}]`);
  }

  // Running asyncio tasks
  await asyncio.run(asyncMain);
}

if (isMain(import.meta)) await program();
