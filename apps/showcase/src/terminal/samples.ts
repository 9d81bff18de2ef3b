import type { Summary } from '../measure/statistics.ts';
import { significant } from './numbers.ts';

/** Writes a median with the middle half of its samples. */
export function spread({ median, q1, q3 }: Summary): string {
  return `${significant(median)} (${significant(q1)}–${significant(q3)})`;
}
