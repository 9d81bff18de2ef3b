/** Writes milliseconds with as many digits as mean something. */
export function milliseconds(value: number): string {
  return `${significant(value)} ms`;
}

/** Writes a factor such as a speedup. */
export function factor(value: number): string {
  return `${significant(value)}×`;
}

/** Writes an amount of memory. */
export function bytes(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value < 1024) return `${Math.round(value)} B`;
  if (value < 1024 ** 2) return `${significant(value / 1024)} KB`;
  return value < 1024 ** 3 ? `${significant(value / 1024 ** 2)} MB` : `${significant(value / 1024 ** 3)} GB`;
}

/** Rounds to three digits, without an exponent. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const magnitude = Math.floor(Math.log10(Math.abs(value) || 1));
  const decimals = Math.min(3, Math.max(0, 2 - magnitude));
  const rounded = value.toFixed(decimals);
  // From five digits on, a number is read in groups.
  if (magnitude >= 4) return Math.round(value).toLocaleString('en');
  return decimals === 0 ? rounded : String(Number(rounded));
}
