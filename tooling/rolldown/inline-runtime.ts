import type { Plugin } from 'rolldown';

const FILE = 'rolldown-runtime.js';
const IMPORT = /^import \{ (?<names>[^}]*) \} from "\.\/rolldown-runtime\.js";$/m;

/** What rolldown's own file gives the others, in one line each. */
const HELPERS: Record<string, string> = {
  __name: 'const __name = (target, value) => Object.defineProperty(target, "name", { value, configurable: true });',
  __exportAll:
    'const __exportAll = (all) => { const target = {}; for (const name in all) Object.defineProperty(target, name, { get: all[name], enumerable: true }); return Object.defineProperty(target, Symbol.toStringTag, { value: "Module" }); };',
};

/** Puts the few lines of rolldown's own file into each file that needs them: loading one more costs more. */
export function inlineRuntime(): Plugin {
  return {
    name: 'inline-runtime',
    renderChunk: (code) => ({
      // In the same line, so that the source map stays right.
      code: code.replace(IMPORT, (_all, names: string) => names.split(', ').map(helper).join(' ')),
      map: null,
    }),
    generateBundle: (_options, files) => {
      delete files[FILE];
    },
  };
}

function helper(name: string): string {
  const text = HELPERS[name];
  if (text === undefined) throw new Error(`Cannot inline ${name} of rolldown's runtime: nobody has written it down`);
  return text;
}
