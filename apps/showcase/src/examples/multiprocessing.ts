import { isMain, multiprocessing } from '@weft/combined';

// Example: Using multiprocessing to calculate squares of numbers

export function calculateSquare(numbers: number[]) {
  for (const n of numbers) {
    console.log(`Square of ${n}: ${n * n}`);
  }
}

export async function program() {
  const numbers = [1, 2, 3, 4, 5];
  // Creating a process
  const process = new multiprocessing.Process({ target: calculateSquare, args: [numbers] });

  // Starting the process
  process.start();

  // Waiting for the process to finish
  await process.join();

  console.log('Multiprocessing complete.');
}

if (isMain(import.meta)) await program();
