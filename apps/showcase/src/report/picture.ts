import { escapeXml } from '../trace/svg-timeline.ts';
import { drawBarChart } from './chart.ts';
import { gilChart, speedupChart } from './charts.ts';
import type { Report } from './report.ts';

/** Colours that can be read on light and on dark ground. */
const paint: Record<string, string> = {
  'var(--series-1)': '#2f6f9f',
  'var(--series-2)': '#b4642a',
  'var(--series-3)': '#5b7f3a',
  'var(--text)': '#1d1f23',
  'var(--rule)': '#dcd9d0',
};
const WIDTH = 660;
const MARGIN = 20;
const HEADING = 34;

/** Draws the report's charts as one picture that stands alone, for documents. */
export function drawPicture(report: Report): string {
  const charts = [speedupChart(report, 'I/O-bound'), speedupChart(report, 'CPU-bound'), gilChart(report)];
  let top = MARGIN;
  const parts = charts.map((data) => {
    const chart = drawBarChart(data, (variable) => paint[variable] ?? variable);
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(chart)?.[1]);
    const part = `<text x="${MARGIN}" y="${top + 18}" class="heading">${escapeXml(data.title)}</text>${chart.replace('<svg', `<svg x="${MARGIN}" y="${top + HEADING}" width="620" height="${height}"`)}`;
    top += HEADING + height + MARGIN;
    return part;
  });
  const { node, cores } = report.machine;
  const beside = report.python === undefined ? '' : `, beside Python ${report.python.version}`;
  const facts = `Medians and middle halves; Node ${node}${beside}, ${cores} cores.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + MARGIN}" role="img"><title>What the showcase measured</title><style>text{font-family:system-ui,sans-serif}.heading{font-size:16px;font-weight:700;fill:#1d1f23}.facts{font-size:12px;fill:#565b66}</style><rect width="100%" height="100%" fill="#fbfaf7"/>${parts.join('')}<text x="${MARGIN}" y="${top}" class="facts">${escapeXml(facts)}</text></svg>\n`;
}
