/** What two programs' output can be to each other. */
export const outputComparisons = [
  'the same',
  'the same lines, interleaved differently',
  'the same lines, some torn by Python',
  'different',
] as const;

/** How our output stands to Python's. */
export type OutputComparison = (typeof outputComparisons)[number];

/**
 * Compares what two programs printed.
 *
 * @param ours What ours printed.
 * @param theirs What Python's printed, whose threads may tear a line from its end.
 * @param interleaved Whether threads print, so that only the lines themselves and the last one are certain.
 */
export function compareOutputs(ours: string, theirs: string, interleaved: boolean): OutputComparison {
  const [one, other] = [linesOf(ours), linesOf(theirs)];
  if (one.join('\n') === other.join('\n')) return 'the same';
  if (!interleaved || one.at(-1) !== other.at(-1)) return 'different';
  if (one.toSorted().join('\n') === other.toSorted().join('\n')) return 'the same lines, interleaved differently';
  return isTorn(one, other) ? 'the same lines, some torn by Python' : 'different';
}

/**
 * Python's `print` writes a line and its end apart, so that another thread's line may come between the two.
 * Whole lines run into one another then, and the line ends that are missing there stand together elsewhere.
 */
function isTorn(lines: readonly string[], torn: readonly string[]): boolean {
  if (lines.length !== torn.length) return false;
  const left = lines.toSorted((a, b) => b.length - a.length);
  return torn.every((line) => takeWhole(line, left)) && left.length === 0;
}

/** Takes lines out of `left` until they make up `text`; whether they do. */
function takeWhole(text: string, left: string[]): boolean {
  let rest = text;
  while (rest !== '') {
    const next = left.findIndex((line) => rest.startsWith(line));
    if (next === -1) return false;
    rest = rest.slice(left[next]?.length);
    left.splice(next, 1);
  }
  return true;
}

function linesOf(output: string): string[] {
  return output.trimEnd().split(/\r?\n/);
}
