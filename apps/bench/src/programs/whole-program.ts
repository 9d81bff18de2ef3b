import { fileURLToPath } from 'node:url';
import { type BenchCase, type Subject, check } from '../bench-case.ts';

const ANSWER = '333328333350000,333332833333500000';
const pythonScript = fileURLToPath(new URL('../../python/sum_of_squares.py', import.meta.url));

/** The tutorial's combination of a pool and an exact sum, from the start of the program to its end. */
export const wholeProgram: BenchCase = {
  area: 'processes',
  name: "the tutorial's sum of squares, whole program",
  unit: 'ms',
  better: 'lower',
  amounts: { toy: 1, quick: 2, full: 5 },
  note: 'The program runs in a process of its own, is timed from outside and must print the exact sums.',
  subjects: [
    program('@weft/multiprocessing', 'ours', '@weft/multiprocessing', [process.execPath, script('weft')]),
    program('workerpool', 'peer', 'workerpool', [process.execPath, script('workerpool')]),
    program('tinypool', 'peer', 'tinypool', [process.execPath, script('tinypool')]),
    program('Python Pool (fork)', 'peer', undefined, ['python3', pythonScript, 'fork']),
    program('Python Pool (spawn)', 'peer', undefined, ['python3', pythonScript, 'spawn']),
  ],
};

function script(name: string): string {
  return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
}

function program(
  name: string,
  role: Subject['role'],
  library: string | undefined,
  command: [string, ...string[]],
): Subject {
  const [file, ...args] = command;
  return {
    name,
    role,
    ...(library === undefined ? {} : { package: library }),
    measure: async (amount) => {
      const { execa } = await import('execa');
      let total = 0;
      for (let i = 0; i < amount; i += 1) {
        const begun = performance.now();
        const { stdout } = await execa(file, args);
        total += performance.now() - begun;
        check(stdout.trim().replaceAll(' ', ''), ANSWER, name);
      }
      return total / amount;
    },
  };
}
