import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { docstringsOf, tagsOf } from './docstring.ts';

/** What a package exports under one name. */
export interface Exported {
  readonly name: string;
  /** Whether only its type is exported. */
  readonly isType: boolean;
  /** `class`, `function`, `const`, `interface` or `type`; empty where it has no docstring. */
  readonly kind: string;
  readonly docstring: string;
  /** The code after the docstring. */
  readonly code: string;
}

/** Reads what a package's `index.ts` exports from its own files. */
export async function exportsOf(folder: string): Promise<Exported[]> {
  const index = join(folder, 'src', 'index.ts');
  const found = passedOn(await readFile(index, 'utf8')).map(({ exported, file }) =>
    declarationOf(join(dirname(index), file), exported),
  );
  return await Promise.all(found);
}

/** What a module exports from other files: `Name`, or `type Name`. */
function passedOn(text: string): { exported: string; file: string }[] {
  return [...text.matchAll(/^export (?<all>type )?\{(?<names>[^}]*)\} from '(?<file>\.[^']+)';/gm)].flatMap(
    ({ groups }) =>
      (groups?.['names'] ?? '')
        .split(',')
        .map((name) => ({ exported: `${groups?.['all'] ?? ''}${name.trim()}`, file: groups?.['file'] ?? '' }))
        .filter(({ exported }) => !/^(type )?$/.test(exported)),
  );
}

async function declarationOf(path: string, exported: string): Promise<Exported> {
  const text = await readFile(path, 'utf8');
  const name = exported.replace('type ', '');
  const further = passedOn(text).find((other) => other.exported.replace('type ', '') === name);
  if (further !== undefined) return await declarationOf(join(dirname(path), further.file), exported);
  const form = new RegExp(`^export (?:abstract |async )*(?<kind>class|function|const|interface|type) ${name}\\b`);
  const own = docstringsOf(text).find(({ code }) => form.test(code));
  const kind = own && form.exec(own.code)?.groups?.['kind'];
  return { name, isType: name !== exported, kind: kind ?? '', docstring: own?.text ?? '', code: own?.code ?? '' };
}

/** Says what the docstring of an export lacks of what the house asks for. */
export function lacksOf({ isType, kind, docstring, code }: Exported): string[] {
  if (kind === '') return ['a docstring'];
  const [text = ''] = docstring.split(/^@/m);
  const lacks = /[.:]($|\s)/.test(text) ? [] : ['a sentence'];
  if (isType || !['class', 'function'].includes(kind)) return lacks;
  if (tagsOf(docstring, 'example').length === 0) lacks.push('@example');
  if (kind === 'class') return lacks;
  const { parameters, returns } = signatureOf(code);
  if (tagsOf(docstring, 'param').length < parameters) lacks.push('@param');
  const isEmpty = /^(void|never|Promise<void>|asserts )/.test(returns);
  if (!isEmpty && tagsOf(docstring, 'returns').length === 0) lacks.push('@returns');
  return lacks;
}

/** How many parameters a function has, and what it returns. */
function signatureOf(code: string): { parameters: number; returns: string } {
  const start = code.indexOf('(') + 1;
  let parameters = /^\s*\)/.test(code.slice(start)) ? 0 : 1;
  let depth = 1;
  let end = start;
  for (; depth > 0 && end < code.length; end += 1) {
    const sign = code.charAt(end);
    // The bracket of an arrow is none, and a comma before the end begins no parameter.
    if ('([{<'.includes(sign)) depth += 1;
    else if (')]}>'.includes(sign) && code.slice(end - 1, end + 1) !== '=>') depth -= 1;
    else if (depth === 1 && /^,\s*[^\s)]/.test(code.slice(end))) parameters += 1;
  }
  return { parameters, returns: /^\s*:\s*([^;{]+)/.exec(code.slice(end))?.[1]?.trim() ?? '' };
}
