import { readFile } from 'node:fs/promises';

/**
 * Reads the source text of a module that runs. It comes out of the module's own source map, where the compiler wrote
 * down what it compiled: the text that is shown cannot be another than the one that runs.
 *
 * @param module The compiled module.
 */
export async function sourceOf(module: URL): Promise<string> {
  const map = JSON.parse(await readFile(new URL(`${module.href}.map`), 'utf8')) as { sourcesContent?: string[] };
  const source = map.sourcesContent?.[0];
  if (source === undefined) throw new Error(`Cannot find the source text of ${module.pathname}`);
  return source.trimEnd();
}
