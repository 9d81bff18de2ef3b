import { fileURLToPath } from 'node:url';
import type { Subject } from './bench-case.ts';

/** Makes a subject of a function in `python/bench.py`, which prints its figure. */
export function python(name: string, benchmark: string): Subject {
  return {
    name,
    role: 'peer',
    measure: async (amount) => {
      const { execa } = await import('execa');
      const script = fileURLToPath(new URL('../python/bench.py', import.meta.url));
      const { stdout } = await execa('python3', [script, benchmark, String(amount)]);
      return Number(stdout);
    },
  };
}
