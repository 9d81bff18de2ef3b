import type { Exhibit, Specimen } from '../gallery/exhibit.ts';
import { type Markup, code, html, printed, timelineFigure } from './markup.ts';

/** A failure beside its remedy. */
export function exhibitMarkup({ id, title, story, fix, broken, fixed }: Exhibit): Markup {
  return html`<section class="exhibit" aria-labelledby="failure-${id}">
    <h3 id="failure-${id}">${title}</h3>
    <div class="pair aligned">
      <div class="broken">
        <p><strong>What goes wrong.</strong> ${story}</p>
        ${specimen(broken, `${title}, broken`)}
      </div>
      <div class="fixed">
        <p><strong>What to do.</strong> ${fix}</p>
        ${specimen(fixed, `${title}, fixed`)}
      </div>
    </div>
  </section>`;
}

function specimen({ source, output, hung, exitCode, timeline }: Specimen, label: string): Markup {
  const end = hung ? 'It never ended, and was stopped.' : `It ended with status ${exitCode ?? 'of a signal'}.`;
  return html`<div class="panel">${code(source, `Program: ${label}`, 'typescript')}</div>
    <div class="panel">
      ${printed(output === '' ? '(nothing was printed)' : output, `Output: ${label}`)}
      <p class="quiet">${end}</p>
    </div>
    ${timelineFigure(timeline, label, 'narrow')}`;
}
