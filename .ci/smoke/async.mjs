import assert from 'node:assert/strict';
import { Lock, Queue, TaskGroup, TimeoutError, gather, run, sleep, timeout } from '@weft/async';

const results = await run(async () => {
  await assert.rejects(
    timeout(5, () => sleep(60_000)),
    TimeoutError,
  );
  const queue = new Queue();
  await TaskGroup.run(async (group) => {
    group.createTask(() => queue.put('item'));
    assert.equal(await queue.get(), 'item');
  });
  const lock = new Lock();
  (await lock.acquire())[Symbol.dispose]();
  return gather(
    () => sleep(2, 'first'),
    () => sleep(1, 'second'),
  );
});
assert.deepEqual(results, ['first', 'second']);
