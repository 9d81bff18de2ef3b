#!/usr/bin/env node
import Table from 'cli-table3';
import { figure } from '../report/figures.ts';
import { judge } from './judge.ts';
import { grid } from './workload.ts';

// Checks what `recommend` says against what is really fastest, cell by cell: `pnpm bench:grid`.
const table = new Table({
  head: ['I/O share', 'ms', 'payload', 'calls', 'recommended', 'fastest', 'factor'],
  style: { head: [], border: [] },
});
let right = 0;
for (const cell of grid) {
  const { recommended, fastest, factor, right: isRight } = await judge(cell);
  if (isRight) right += 1;
  table.push([
    cell.ioShare,
    cell.length,
    cell.payload,
    cell.count,
    recommended,
    fastest,
    `${figure(factor)}${isRight ? '' : ' ✗'}`,
  ]);
}
console.log(table.toString());
console.log(`right, or within a fifth, in ${right} of ${grid.length} cells`);
process.exitCode = right / grid.length >= 0.9 ? 0 : 1;
