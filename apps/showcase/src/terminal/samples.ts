import type { Summary } from '../measure/statistics.ts';
import { significant } from './numbers.ts';

/** Writes a median, in a unit if there is one, with the middle half of its samples. */
export function spread({ median, q1, q3 }: Summary, unit = ''): string {
  return `${`${significant(median)} ${unit}`.trim()} (${significant(q1)}–${significant(q3)})`;
}
