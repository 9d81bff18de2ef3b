import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type OutputOptions, type RolldownOptions, defineConfig } from 'rolldown';
import { ascii } from './ascii.ts';
import { inlineRuntime } from './inline-runtime.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import { oneDoor } from './one-door.ts';

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
  const files = filesOf(entries);
  return bundle(files, {
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
  });
}

/**
 * How core becomes its files, as {@link packageBundle} makes those of the others: what its entries share is in the file
 * of the one that all of them import, so that who imports that one loads nothing else.
 *
 * @param entries The modules of `src`, without `.ts`.
 */
export function baseBundle(...entries: string[]): RolldownOptions {
  return { ...bundle(filesOf(entries), {}), preserveEntrySignatures: 'allow-extension' };
}

function filesOf(entries: readonly string[]): Map<string, string> {
  return new Map(entries.map((entry) => [resolve(`src/${entry}.ts`), basename(entry)]));
}

function bundle(files: ReadonlyMap<string, string>, output: OutputOptions): RolldownOptions {
  const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies?: object };
  return defineConfig({
    input: Object.fromEntries([...files].map(([file, name]) => [name, file])),
    platform: 'node',
    // What others bring stays an import: there is one copy of core for everybody.
    external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
    // Whatever a module of ours does when it is loaded is done, also where nothing of it is used by name.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: [lazyBuiltins(), inlineRuntime(), oneDoor(), ascii()],
    transform: { target: 'es2024' },
    output: {
      dir: 'dist',
      cleanDir: true,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      sourcemap: true,
      // The sources are in the package.
      sourcemapExcludeSources: true,
      minify: false,
      minifyInternalExports: false,
      keepNames: true,
      comments: { jsdoc: false },
      ...output,
    },
  });
}
