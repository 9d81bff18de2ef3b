import { laneTotals, occurringReasons } from '../trace/lane-totals.ts';
import type { Timeline } from '../trace/timeline.ts';

/** Makes the table of what each lane of a timeline did. */
export function drawTotals(timeline: Timeline, title: string): HTMLTableElement {
  const totals = laneTotals(timeline);
  const reasons = occurringReasons(totals);
  const table = document.createElement('table');
  table.createCaption().textContent = title;
  const head = table.createTHead().insertRow();
  for (const [column, name] of ['Lane', 'Runs', ...reasons.map((reason) => `Waits: ${reason}`)].entries()) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = name;
    if (column > 0) cell.className = 'number';
    head.append(cell);
  }
  const body = table.createTBody();
  for (const { name, running, waiting } of totals) {
    const row = body.insertRow();
    const header = document.createElement('th');
    header.scope = 'row';
    header.textContent = name;
    row.append(header);
    for (const value of [running, ...reasons.map((reason) => waiting[reason] ?? 0)]) {
      const cell = row.insertCell();
      cell.className = 'number';
      cell.textContent = `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
    }
  }
  return table;
}
