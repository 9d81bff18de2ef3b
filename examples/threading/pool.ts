// Results in order, whichever thread is faster; a failure keeps its class. Python: ThreadPoolExecutor
import { ThreadPoolExecutor, isMain } from '@weft/threading';

export class OutOfRange extends Error {}

export function fibonacci(n: number): number {
  if (n < 0) throw new OutOfRange(`Cannot go back to ${n}`);
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

if (isMain(import.meta)) {
  await using executor = new ThreadPoolExecutor({ maxWorkers: 2 });
  for await (const result of executor.map(fibonacci, [20, 5, 10])) console.log(result);

  const failed = await executor.submit(fibonacci, -1).exception();
  console.log(failed instanceof OutOfRange, String(failed));
}

// Prints:
// 6765
// 5
// 55
// true Error: Cannot go back to -1
