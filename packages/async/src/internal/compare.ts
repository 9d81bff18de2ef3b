/**
 * Compares as Python's `<` does: values of one type by size, arrays element by element.
 *
 * @throws {TypeError} If there is no order between the two.
 */
export function compareAsPython(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (!comparable(a, b))
    throw new TypeError(`Cannot compare ${kind(a)} with ${kind(b)}: give the queue a compare function`);
  if ((a as number) < (b as number)) return -1;
  return (a as number) > (b as number) ? 1 : 0;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    // Equal elements need no order: Python looks for the first two that differ.
    if (Object.is(a[i], b[i])) continue;
    const order = compareAsPython(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function comparable(a: unknown, b: unknown): boolean {
  const [left, right] = [kind(a), kind(b)];
  if (left === 'object') return ordered(a) && ordered(b);
  const numeric = ['number', 'bigint', 'boolean'];
  if (numeric.includes(left)) return numeric.includes(right);
  return left === right && (left === 'string' || left === 'date');
}

// A class says how its objects compare through `valueOf` or `Symbol.toPrimitive`.
function ordered(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Symbol.toPrimitive in value || value.valueOf !== Object.prototype.valueOf;
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return value instanceof Date ? 'date' : typeof value;
}
