// A time limit around anything that waits; what waits inside is cancelled, not abandoned. Python: asyncio.timeout
import { TimeoutError, run, sleep, timeout } from '@weft/async';

await run(async () => {
  try {
    await timeout(10, async () => {
      try {
        await sleep(60_000);
      } finally {
        console.log('closed what was open');
      }
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log(error.message);
  }
});

// Prints:
// closed what was open
// Cannot finish within 10 ms
