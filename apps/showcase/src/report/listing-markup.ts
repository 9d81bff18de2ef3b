import type { ExecutedListing } from '../tutorial/run-listing.ts';
import { type Markup, code, html, printed, timelineFigure } from './markup.ts';

/** An example in both languages, side by side, with what both printed and what happened meanwhile. */
export function listingMarkup({ name, python, typescript, comparison, timeline }: ExecutedListing): Markup {
  const verdict =
    comparison === 'no Python'
      ? 'The real Python was not run, to compare with.'
      : `Beside the real Python: ${comparison === 'different' ? 'the output is different' : comparison}.`;
  return html`<div class="pair aligned">
      <div>
        <h3>Python</h3>
        <div class="panel">${code(python.source, `Python program: ${name}`, 'python')}</div>
        <h4>What Python printed</h4>
        <div class="panel">
          ${printed(python.output ?? 'The real Python was not run.', `Output of the Python program: ${name}`)}
        </div>
      </div>
      <div>
        <h3>TypeScript</h3>
        <div class="panel">${code(typescript.source, `TypeScript program: ${name}`, 'typescript')}</div>
        <h4>What it printed</h4>
        <div class="panel">${printed(typescript.output, `Output of the TypeScript program: ${name}`)}</div>
      </div>
    </div>
    <p class="beside"><strong>${verdict}</strong></p>
    ${timelineFigure(timeline, `What the example did: ${name}`)}`;
}
