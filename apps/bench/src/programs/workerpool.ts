import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const worker = fileURLToPath(new URL('./workerpool-worker.js', import.meta.url));
const pool = workerpool.pool(worker, { workerType: 'process', maxWorkers: 2, forkOpts: { serialization: 'advanced' } });
const results = await Promise.all([1e5, 1e6].map((n) => pool.exec('sumOfSquares', [n]) as unknown as Promise<bigint>));
console.log(String(results));
await pool.terminate();
