import assert from 'node:assert/strict';
import { asyncio, futures, multiprocessing, threading, toProcess, toThread } from '@weft/combined';
import { square } from './targets.mjs';

const squares = await asyncio.run(() => asyncio.gather(toThread(square, 3), toProcess(square, 4)));
assert.deepEqual(squares, [9, 16]);

const executor = new threading.ThreadPoolExecutor({ maxWorkers: 1 });
const { done, notDone } = await futures.wait([executor.submit(square, 5)]);
assert.equal(done.size, 1);
assert.equal(notDone.size, 0);
await executor.shutdown();

assert.ok(multiprocessing.cpuCount() >= 1);
