import assert from 'node:assert/strict';
import { Pool, Process, ProcessPoolExecutor } from '@weft/multiprocessing';
import { NotFound, fail, greet, square } from './targets.mjs';

const child = new Process({ target: greet, args: ['a process'] }).start();
assert.notEqual(child.pid, process.pid);
await child.join();
assert.equal(child.exitcode, 0);

const pool = new Pool(2);
assert.deepEqual(await pool.map(square, [1, 2, 3, 4, 5]), [1, 4, 9, 16, 25]);
await assert.rejects(pool.apply(fail, ['it']), (error) => error instanceof NotFound && error.what === 'it');
await pool[Symbol.asyncDispose]();

const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
assert.equal(await executor.submit(square, 3), 9);
await executor.shutdown();
