import { type Language, highlight } from './highlight.ts';
import { laneTotals, occurringReasons } from '../trace/lane-totals.ts';
import { type DrawingSize, drawSvgTimeline, escapeXml } from '../trace/svg-timeline.ts';
import type { Timeline } from '../trace/timeline.ts';
import { milliseconds } from '../terminal/numbers.ts';

/** A piece of HTML, to be told from text. */
export class Markup {
  readonly text: string;

  /** @param text What is HTML already: what our own drawing functions give. */
  constructor(text: string) {
    this.text = text;
  }
}

type Insertion = Markup | readonly Markup[] | string | number | undefined;

/** Joins markup and text; text is made safe. */
export function html(parts: TemplateStringsArray, ...values: Insertion[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + insert(values[index - 1]) + part));
}

/** The text of a program, which can be scrolled by keyboard. */
export function code(text: string, label: string, language: Language): Markup {
  return block('code', label, highlight(text, language));
}

/** What a program printed. */
export function printed(text: string, label: string): Markup {
  return block('output', label, escapeXml(text));
}

function block(css: string, label: string, content: string): Markup {
  return new Markup(
    `<pre class="${css}" tabindex="0" role="region" aria-label="${escapeXml(label)}"><code>${content}</code></pre>`,
  );
}

/**
 * A table.
 *
 * @param caption What it shows.
 * @param head The columns' names; those that end in `|` hold numbers.
 * @param rows The cells, text or markup; the first of each row is its name.
 */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
): Markup {
  const css = head.map((name) => (name.endsWith('|') ? ' class="number"' : ''));
  const names = head.map((name, column) => `<th scope="col"${css[column]}>${escapeXml(name.replace(/\|$/, ''))}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? `<th scope="row">${insert(cell)}</th>` : `<td${css[column]}>${insert(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return scrollable(
    caption,
    `<table><caption>${escapeXml(caption)}</caption><thead><tr>${names.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`,
  );
}

/** A timeline, and under it what it shows as a table. */
export function timelineFigure(timeline: Timeline, title: string, size: DrawingSize = 'wide'): Markup {
  const drawing = scrollable(title, drawSvgTimeline(timeline, title, { size }));
  return html`<figure class="panel">
    <figcaption>${title}</figcaption>
    ${drawing}
    <details>
      <summary>The timeline as a table</summary>
      ${timelineTable(timeline, title)}
    </details>
  </figure>`;
}

/** A chart, and under it its numbers. */
export function chartFigure(title: string, chart: string, numbers: Markup): Markup {
  return html`<figure class="panel">
    <figcaption>${title}</figcaption>
    ${scrollable(title, chart)}${numbers}
  </figure>`;
}

function timelineTable(timeline: Timeline, title: string): Markup {
  const totals = laneTotals(timeline);
  const reasons = occurringReasons(totals);
  return table(
    `${title}: what each lane did`,
    ['Lane', 'Runs|', ...reasons.map((reason) => `Waits: ${reason}|`)],
    totals.map(({ name, running, waiting }) => [
      name,
      milliseconds(running),
      ...reasons.map((reason) => milliseconds(waiting[reason] ?? 0)),
    ]),
  );
}

/** What is wider than a narrow screen scrolls within itself, also by keyboard. */
function scrollable(label: string, content: string): Markup {
  return new Markup(`<div class="scroll" tabindex="0" role="region" aria-label="${escapeXml(label)}">${content}</div>`);
}

function insert(value: Insertion): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  return typeof value === 'object' ? value.map(insert).join('') : escapeXml(String(value));
}
