import { capped } from '@weft/testkit';
import type { Row } from '../src/suite.ts';

/**
 * Runs the rows of a suite, each until it has ended or hangs.
 *
 * @param cap After how long a row counts as hanging, in milliseconds.
 * @returns The titles of the rows that do not pass.
 */
export async function failingRows(rows: readonly Row[], cap = 300): Promise<string[]> {
  const failing = await Promise.all(
    rows.map(async (row) => {
      try {
        await capped(row.run(), 'the row ends', cap);
        return undefined;
      } catch {
        return row.title;
      }
    }),
  );
  return failing.filter((title) => title !== undefined);
}
