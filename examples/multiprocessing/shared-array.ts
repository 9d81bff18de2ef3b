// Memory that both processes see at once, without copying. Python: multiprocessing.Array
import { Process, SharedArray, isMain } from '@weft/multiprocessing';

export function negate(numbers: SharedArray) {
  for (let i = 0; i < numbers.length; i++) numbers[i] = -numbers[i]!;
}

if (isMain(import.meta)) {
  const numbers = new SharedArray('i', [1, 2, 3]);
  const process = new Process({ target: negate, args: [numbers] }).start();
  await process.join();
  console.log([...numbers]);
}

// Prints:
// [ -1, -2, -3 ]
