import process from 'node:process';
import { styleText } from 'node:util';
import Table from 'cli-table3';

/** Narrower than this a table cannot be read. */
const NARROWEST = 72;
const USUAL = 120;

/**
 * Draws a table that fits the terminal. Numbers stand on the right.
 *
 * @param head The columns' names; those that end in `|` hold numbers.
 * @param rows The cells, as text.
 */
export function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = head.map((name) => name.replace(/\|$/, ''));
  const table = new Table({
    head: names.map((name) => styleText('bold', name, { stream: process.stdout })),
    colAligns: head.map((name) => (name.endsWith('|') ? 'right' : 'left')),
    colWidths: fit(names, rows),
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Gives each column what it needs; what is missing is taken from the widest. */
function fit(names: readonly string[], rows: readonly (readonly string[])[]): number[] {
  const widths = names.map(
    (name, column) => 2 + Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map(widest)),
  );
  const available = Math.max(NARROWEST, process.stdout.columns ?? USUAL) - names.length - 1;
  for (let excess = widths.reduce((a, b) => a + b, 0) - available; excess > 0; excess--) {
    const largest = widths.indexOf(Math.max(...widths));
    widths[largest] = (widths[largest] ?? 0) - 1;
  }
  return widths;
}

function widest(cell: string): number {
  return Math.max(...cell.split('\n').map((line) => line.length));
}
