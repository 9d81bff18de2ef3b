import assert from 'node:assert/strict';
import { Lock, Queue, Thread, ThreadPoolExecutor, TimeoutError } from '@weft/threading';
import { NotFound, count, fail, greet, square } from './targets.mjs';

const lock = new Lock();
const counter = new Int32Array(new SharedArrayBuffer(4));
const threads = [1, 2].map(() => new Thread({ target: count, args: [lock, counter] }).start());
for (const thread of threads) await thread.join();
assert.equal(counter[0], 2_000);

const held = await lock.acquire();
await assert.rejects(lock.acquire({ timeout: 5 }), TimeoutError);
held[Symbol.dispose]();

new Thread({ target: greet, args: ['a thread'] }).start().joinSync();

const queue = new Queue();
await queue.put('item');
assert.equal(await queue.get(), 'item');

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
assert.equal(await executor.submit(square, 3), 9);
const squares = [];
for await (const result of executor.map(square, [1, 2, 3])) squares.push(result);
assert.deepEqual(squares, [1, 4, 9]);
await assert.rejects(executor.submit(fail, 'it').result(), (error) => error instanceof NotFound && error.what === 'it');
await executor.shutdown();
