import { fileURLToPath } from 'node:url';

/** The path of a compiled worker file, as the libraries want it. */
export function workerFile(name: string): string {
  return fileURLToPath(new URL(`../worker-files/${name}.js`, import.meta.url));
}
