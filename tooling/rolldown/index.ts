import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type RolldownOptions } from 'rolldown';
import { lazyBuiltins } from './lazy-builtins.ts';

/** Smaller pieces of what entries share are put together: one more file costs more than some code that is not needed. */
const SMALL = 60_000;

/**
 * How every package becomes a few files: one for each entry, and others for what entries share, so that no module is
 * there twice. All of them stand side by side in `dist`, as modules at the top of `src` do.
 *
 * @param entries The modules of `src`, without `.ts`, that are loaded by themselves: by users, as the program of a thread
 *   or a process, or because a worker runs a function of theirs.
 * @see docs/decisions/013-few-files.md
 */
export function packageBundle(...entries: string[]): RolldownOptions {
  const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies?: object };
  const files = new Map(entries.map((entry) => [resolve(`src/${entry}.ts`), basename(entry)]));
  return defineConfig({
    input: Object.fromEntries([...files].map(([file, name]) => [name, file])),
    platform: 'node',
    // What others bring stays an import: there is one copy of core for everybody.
    external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
    // Whatever a module of ours does when it is loaded is done, also where nothing of it is used by name.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: [lazyBuiltins()],
    transform: { target: 'es2024' },
    output: {
      dir: 'dist',
      cleanDir: true,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      codeSplitting: {
        groups: [
          {
            name: 'shared',
            test: (id) => !files.has(id),
            minShareCount: 2,
            entriesAware: true,
            entriesAwareMergeThreshold: SMALL,
          },
        ],
      },
      sourcemap: true,
      // The sources are in the package.
      sourcemapExcludeSources: true,
      minify: false,
      minifyInternalExports: false,
      keepNames: true,
      comments: { jsdoc: false },
    },
  });
}
