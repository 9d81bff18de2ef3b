import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';

const filename = fileURLToPath(new URL('./sum-as-text.js', import.meta.url));
const pool = new Tinypool({ filename, runtime: 'child_process', minThreads: 2, maxThreads: 2 });
const results = await Promise.all([1e5, 1e6].map((n) => pool.run(n, { name: 'sumAsText' }) as Promise<string>));
console.log(String(results));
await pool.destroy();
