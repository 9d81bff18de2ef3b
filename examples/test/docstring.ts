/** A docstring, and what it is written on. */
export interface Docstring {
  /** The text, without the stars. */
  readonly text: string;
  /** Its line in its file. */
  readonly line: number;
  /** The code after it, from the next line on. */
  readonly code: string;
}

const DOCSTRING = /^[ \t]*\/\*\*(?<text>(?:(?!\*\/)[^])*)\*\/\s*?\n(?:\s*\/\/.*\n)*/gm;

/** Reads the docstrings of a source. */
export function docstringsOf(source: string): Docstring[] {
  return [...source.matchAll(DOCSTRING)].map(({ 0: whole, index, groups }) => ({
    text: (groups?.['text'] ?? '').replaceAll(/^[ \t]*\* ?/gm, '').trim(),
    line: source.slice(0, index).split('\n').length,
    code: source.slice(index + whole.length),
  }));
}

/** The texts of a docstring's tags of one kind. */
export function tagsOf(docstring: string, tag: string): string[] {
  const [, ...tags] = docstring.split(/^@/m);
  return tags.filter((text) => new RegExp(`^${tag}\\b`).test(text)).map((text) => text.slice(tag.length).trim());
}
