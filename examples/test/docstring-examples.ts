import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { docstringsOf, tagsOf } from './docstring.ts';
import type { Program } from './programs.ts';

/**
 * Reads the examples of a package's docstrings, each made into a program: what it does not declare itself is imported,
 * from the package or else from the stand-ins that the tests keep for it.
 *
 * @param known The names to import, by the specifier to import them from; the first one that has a name gives it.
 * @param wrap Puts an example into what it runs in.
 */
export async function examplesOf(
  folder: string,
  known: ReadonlyMap<string, readonly string[]>,
  wrap: (example: string) => string = (example) => example,
): Promise<Program[]> {
  const files = (await readdir(join(folder, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
  const examples = files.toSorted().map(async (file) => {
    const source = await readFile(join(folder, 'src', file), 'utf8');
    return docstringsOf(source).flatMap(({ text, line }) =>
      tagsOf(text, 'example')
        .map(wrap)
        .map((example, at) => ({
          name: [file.replace(/\.ts$/, '').replaceAll(/\W+/g, '-'), 'line', line, ...(at > 0 ? [at] : [])].join('-'),
          source: `${importsOf(example, known)}\nexport {};\n${example}\n`,
        })),
    );
  });
  return (await Promise.all(examples)).flat();
}

/** The names that a module of stand-ins exports. It is not loaded for that: what it sets up would stay. */
export async function declaredIn(path: string): Promise<string[]> {
  const source = await readFile(path, 'utf8');
  const own = [...source.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)].map(([, name]) => name ?? '');
  const others = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = '']) => names.split(','));
  return [...own, ...others.map((name) => name.trim())];
}

function importsOf(example: string, known: ReadonlyMap<string, readonly string[]>): string {
  const code = example.replaceAll(/'[^'\n]*'|\/\/.*$/gm, '');
  const wanted = new Set(code.match(/(?<![.\w$])[A-Za-z_$][\w$]*(?!\s*:)/g));
  for (const name of wanted) if (declares(code, name)) wanted.delete(name);
  const lines = [...known].map(([specifier, names]) => {
    const taken = names.filter((name) => wanted.delete(name));
    return taken.length === 0 ? '' : `import { ${taken.join(', ')} } from '${specifier}';`;
  });
  return lines.filter((line) => line !== '').join('\n');
}

function declares(code: string, name: string): boolean {
  const form = `\\b(const|let|using|function|class|import)\\s+([[{][^\\]}=]*\\b)?${name.replaceAll('$', String.raw`\$`)}\\b`;
  return new RegExp(form).test(code);
}
