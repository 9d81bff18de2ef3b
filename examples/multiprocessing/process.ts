// A process of its own, with an exit code as Python counts them. Python: multiprocessing.Process
import { Process, isMain } from '@weft/multiprocessing';

export function greet(name: string, parent: number) {
  console.log(`hello ${name}, from ${process.pid === parent ? 'the same process' : 'another process'}`);
  process.exitCode = 3;
}

if (isMain(import.meta)) {
  const child = new Process({ target: greet, args: ['Ada', process.pid] });
  child.start();
  await child.join();
  console.log(`exit code ${child.exitcode}`);
}

// Prints:
// hello Ada, from another process
// exit code 3
