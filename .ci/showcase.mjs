// Runs each of the showcase's examples many times and compares what it prints: node .ci/showcase.mjs 20
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const cli = join(import.meta.dirname, '..', 'apps', 'showcase', 'dist', 'cli.js');
const AT_ONCE = 4;

const only = (lines, pattern) => lines.filter((line) => pattern.test(line)).join('');
const exactly = (expected) => (lines) => lines.join('|') === expected.join('|');

const examples = {
  threading: (lines) =>
    lines.length === 11 &&
    only(lines, /^Thread: \d$/) === '01234'.replace(/./g, 'Thread: $&') &&
    only(lines, /^Thread: [A-E]$/) === 'ABCDE'.replace(/./g, 'Thread: $&') &&
    lines[10] === 'All threads have finished.',
  multiprocessing: exactly([...[1, 2, 3, 4, 5].map((n) => `Square of ${n}: ${n * n}`), 'Multiprocessing complete.']),
  asyncio: exactly([0, 1, 2].flatMap((i) => [`Task 1: ${i}`, `Task 2: ${i}`])),
  combined: exactly([
    'CPU-bound results: [333328333350000, 333332833333500000]',
    'Starting I/O task',
    'Starting I/O task',
    'I/O task complete',
    'I/O task complete',
  ]),
};

async function runOnce(name) {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, 'run', name], { timeout: 60_000 });
  if (stderr !== '' || !examples[name](stdout.trimEnd().split('\n')))
    throw new Error(`${name} printed\n${stdout}${stderr}`);
}

async function runMany(name, times) {
  let left = times;
  const lane = async () => {
    while (left-- > 0) await runOnce(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  console.log(`${name}: ${times} runs printed what the tutorial prints`);
}

for (const name of Object.keys(examples)) await runMany(name, Number(process.argv[2] ?? 20));
