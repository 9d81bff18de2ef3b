// One task fails: its siblings are cancelled, and the group throws everything that failed. Python: asyncio.TaskGroup
import { CancelledError, TaskGroup, TaskGroupError, run, sleep } from '@weft/async';

async function download() {
  try {
    await sleep(60_000);
  } catch (error) {
    if (error instanceof CancelledError) console.log('download: cancelled, cleaning up');
    throw error;
  }
}

async function parse() {
  await sleep(1);
  throw new SyntaxError('Unexpected end of file');
}

await run(async () => {
  try {
    await TaskGroup.run(async (group) => {
      group.createTask(download);
      group.createTask(parse);
    });
  } catch (error) {
    if (!(error instanceof TaskGroupError)) throw error;
    console.log(error.errors.map(String).join());
  }
});

// Prints:
// download: cancelled, cleaning up
// SyntaxError: Unexpected end of file
