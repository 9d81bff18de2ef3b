import { expect, it } from 'vitest';
import type { Row } from '../src/suite.ts';
import { failingRows } from './failing-rows.ts';

/** Something broken on purpose, and which rows must notice it. */
export interface Broken<T> {
  create: T;
  failing: RegExp;
}

/** Checks that a suite notices each of these. */
export function noticesBroken<T>(
  what: string,
  broken: Record<string, Broken<T>>,
  rowsOf: (create: T) => Row[],
  cap?: number,
): void {
  it.each(Object.entries(broken))(`notices ${what} that %s`, async (_name, { create, failing }) => {
    const rows = await failingRows(rowsOf(create), cap);
    expect(rows.join('\n')).toMatch(failing);
  });
}
