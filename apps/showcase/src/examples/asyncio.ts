import { asyncio, isMain } from '@weft/combined';

// Example: Using asyncio to perform two tasks concurrently

async function task1() {
  for (let i = 0; i < 3; i++) {
    console.log(`Task 1: ${i}`);
    await asyncio.sleep(1000); // Simulating I/O delay
  }
}

async function task2() {
  for (let i = 0; i < 3; i++) {
    console.log(`Task 2: ${i}`);
    await asyncio.sleep(1000); // Simulating I/O delay
  }
}

async function main() {
  await asyncio.gather(task1, task2);
}

// Running the asyncio event loop
export async function program() {
  await asyncio.run(main);
}

if (isMain(import.meta)) await program();
