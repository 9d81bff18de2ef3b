import type { ExecutedListing } from '../tutorial/run-listing.ts';
import { type Markup, code, html, timelineFigure } from './markup.ts';

/** An example in both languages, side by side, with what both printed and what happened meanwhile. */
export function listingMarkup({ name, python, typescript, comparison, timeline }: ExecutedListing): Markup {
  const verdict =
    comparison === 'no Python'
      ? 'There is no Python on this machine to compare with.'
      : `Beside the real Python: ${comparison === 'different' ? 'the output is different' : comparison}.`;
  return html`<div class="pair">
      <div>
        <h3>Python</h3>
        <div class="panel">${code(python.source, `Python program: ${name}`)}</div>
        <h4>What Python printed</h4>
        <div class="panel">
          ${code(python.output ?? 'There is no Python on this machine.', `Output of the Python program: ${name}`, 'output')}
        </div>
      </div>
      <div>
        <h3>TypeScript</h3>
        <div class="panel">${code(typescript.source, `TypeScript program: ${name}`)}</div>
        <h4>What it printed</h4>
        <div class="panel">${code(typescript.output, `Output of the TypeScript program: ${name}`, 'output')}</div>
      </div>
    </div>
    <p><strong>${verdict}</strong></p>
    ${timelineFigure(timeline, `What the example did: ${name}`)}`;
}
