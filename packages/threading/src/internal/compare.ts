/**
 * Compares as Python does: numbers, texts, big integers and dates by size, arrays element by element.
 *
 * @throws {TypeError} If there is no order between the two.
 */
export function compareNaturally(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (!isOrdered(a, b))
    throw new TypeError(`Cannot compare ${describe(a)} with ${describe(b)}: give the queue a comparison`);
  if (Object.is(a, b)) return 0;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let index = 0; index < a.length && index < b.length; index += 1) {
    if (a[index] === b[index]) continue;
    const order = compareNaturally(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function isOrdered(a: unknown, b: unknown): boolean {
  const isNumeric = (value: unknown): boolean => ['number', 'bigint', 'boolean'].includes(typeof value);
  if (isNumeric(a) && isNumeric(b)) return true;
  return (typeof a === 'string' && typeof b === 'string') || (a instanceof Date && b instanceof Date);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : `${typeof value} ${String(value)}`;
}
