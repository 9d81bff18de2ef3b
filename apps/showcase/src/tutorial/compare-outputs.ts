/** How our output stands to Python's. */
export type OutputComparison = 'the same' | 'the same lines, interleaved differently' | 'different';

/**
 * Compares what two programs printed.
 *
 * @param ours What ours printed.
 * @param theirs What Python's printed.
 * @param interleaved Whether threads print, so that only the lines themselves and the last one are certain.
 */
export function compareOutputs(ours: string, theirs: string, interleaved: boolean): OutputComparison {
  const [one, other] = [linesOf(ours), linesOf(theirs)];
  if (one.join('\n') === other.join('\n')) return 'the same';
  if (!interleaved || one.at(-1) !== other.at(-1)) return 'different';
  const sameLines = one.toSorted().join('\n') === other.toSorted().join('\n');
  return sameLines ? 'the same lines, interleaved differently' : 'different';
}

function linesOf(output: string): string[] {
  return output.trimEnd().split(/\r?\n/);
}
