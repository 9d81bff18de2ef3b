import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { isWorkerThread } from './internal/worker-thread.ts';

/**
 * Says whether a module is the program that was started: the portable `if __name__ == "__main__":`.
 *
 * It is `false` where another thread or process imports the program to find a function in it.
 *
 * @param meta The module's `import.meta`.
 * @returns Whether Node was started with this module, and this is the main thread.
 * @throws {TypeError} If it is no `import.meta`.
 * @see https://docs.python.org/3/library/__main__.html
 * @example
 * if (isMain(import.meta)) await main();
 */
export function isMain(meta: ImportMeta): boolean {
  const { main, url } = (meta ?? {}) as Partial<ImportMeta>;
  if (main === undefined && typeof url !== 'string')
    throw new TypeError(`Cannot tell whether ${inspect(meta, { depth: 0 })} is the main module: pass its import.meta`);
  return main ?? isProgram(url as string);
}

// Node before 24.2 has no `import.meta.main`.
function isProgram(url: string): boolean {
  const program = process.argv[1];
  if (program === undefined || !url.startsWith('file:') || isWorkerThread()) return false;
  try {
    return fileURLToPath(url) === createRequire(url).resolve(program);
  } catch {
    return false;
  }
}
