/** What an example says it prints: the comment lines after a last `// Prints:`. */
export function printedBy(source: string): string {
  const [, claim] = source.split(/^\/\/ Prints:$/m);
  if (claim === undefined) throw new Error('Cannot find "// Prints:" in the example');
  return claim.trim().replace(/^\/\/ ?/gm, '');
}
