// A value that follows the task through every await, without being passed. Python: contextvars.ContextVar
import { ContextVar, gather, run, sleep } from '@weft/async';

const user = new ContextVar<string>('user');

async function log(message: string) {
  await sleep(1);
  console.log(`${user.get()}: ${message}`);
}

async function handle(name: string) {
  user.set(name);
  await log('came');
  await log('went');
}

await run(async () => {
  await gather(
    () => handle('ada'),
    () => handle('bob'),
  );
});

// Prints:
// ada: came
// bob: came
// ada: went
// bob: went
