import { readFile } from 'node:fs/promises';
import { drawSvgTimeline } from '../trace/svg-timeline.ts';
import type { Timeline } from '../trace/timeline.ts';
import { Markup, html, timelineFigure } from './markup.ts';

/** A timeline as a drawing that stands alone, in its own colours. */
export async function traceDrawing(timeline: Timeline, title: string): Promise<string> {
  const style = await readStyle();
  const drawing = drawSvgTimeline(timeline, title);
  return `${drawing.replace('>', `><style>${style} svg{background:var(--page)}</style>`)}\n`;
}

/** A timeline as a page that needs nothing else. */
export async function tracePage(timeline: Timeline, title: string): Promise<string> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Timeline of ${title}</title>
        <style>
          ${new Markup(await readStyle())}
        </style>
      </head>
      <body>
        <header><h1>Timeline</h1></header>
        <main>${timelineFigure(timeline, title)}</main>
      </body>
    </html> `.text;
}

function readStyle(): Promise<string> {
  return readFile(new URL('../../page/style.css', import.meta.url), 'utf8');
}
