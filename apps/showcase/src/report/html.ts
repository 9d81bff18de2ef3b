import { readFile } from 'node:fs/promises';
import { sections } from '../tutorial/sections.ts';
import { bytes } from '../terminal/numbers.ts';
import { claimCard, tally, verdictSummary } from './claim-markup.ts';
import { comparisonMarkup } from './comparison-markup.ts';
import { exhibitMarkup } from './exhibit-markup.ts';
import { listingMarkup } from './listing-markup.ts';
import { Markup, html, timelineFigure } from './markup.ts';
import type { Report } from './report.ts';

/** Writes a report as one file of HTML that needs nothing else: no network, no script. */
export async function toHtml(report: Report): Promise<string> {
  const style = await readFile(new URL('../../page/style.css', import.meta.url), 'utf8');
  const body = html`<a class="skip" href="#main">Skip to the report</a>
    <header>
      <p class="kicker">Weft showcase, a report</p>
      <h1>Concurrency in Python, in TypeScript: every sentence run, drawn and judged</h1>
      ${facts(report)}${tally(report.claims)}
    </header>
    ${contents()}
    <main id="main">
      ${summary(report)}${sections.map((section) => sectionMarkup(section, report))}${timelines(report)}${gallery(report)}
    </main>
    <footer>
      <p class="quiet">
        Made by <code>showcase compare --html</code>. Listings are the text of the modules that ran; outputs are what
        they printed.
      </p>
    </footer>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Concurrency in Python, in TypeScript: a report</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

function facts({ machine, scale, seconds, python }: Report): Markup {
  const beside = python === undefined ? 'without Python' : `beside Python ${python.version}`;
  return html`<p class="quiet">
    Node ${machine.node} ${beside}, ${machine.cores} cores (${machine.processor}), ${bytes(machine.memoryBytes)} of
    memory, ${machine.platform} ${machine.architecture}. A ${scale} run of ${Math.round(seconds)} s.
  </p>`;
}

/** What the contents call the tutorial's sections, to have room for all of them. */
const shortTitles: Readonly<Record<string, string>> = {
  concurrency: 'Concurrency',
  threading: 'threading',
  multiprocessing: 'multiprocessing',
  asyncio: 'asyncio',
  comparison: 'Comparison',
  combined: 'Combining',
};

function contents(): Markup {
  const entries = [
    { id: 'verdicts', title: 'Verdicts' },
    ...sections.map(({ id, title }) => ({ id, title: shortTitles[id] ?? title })),
    { id: 'timelines', title: 'Timelines' },
    { id: 'gallery', title: 'Failures' },
  ];
  return html`<nav aria-label="Contents">
    <ul>
      ${entries.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

function summary({ claims }: Report): Markup {
  return html`<section aria-labelledby="verdicts">
    <h2 id="verdicts">Verdicts</h2>
    <p>
      Each claim of the tutorial is an experiment with a threshold that was fixed in code before anything was measured.
    </p>
    ${verdictSummary(claims)}
  </section>`;
}

function sectionMarkup(section: (typeof sections)[number], report: Report): Markup {
  const claims = report.claims.filter((claim) => claim.section === section.id);
  const listing = report.listings.find(({ name }) => name === section.example);
  return html`<section aria-labelledby="${section.id}">
    <h2 id="${section.id}">${section.title}</h2>
    ${section.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
    ${section.lead === undefined ? undefined : html`<p><strong>${section.lead}</strong></p>`}
    ${
      section.points === undefined
        ? undefined
        : html`<ul>
            ${section.points.map((point) => html`<li>${point}</li>`)}
          </ul>`
    }
    ${listing === undefined ? undefined : listingMarkup(listing)}
    ${section.id === 'comparison' ? comparisonMarkup(report) : undefined}
    ${
      claims.length === 0
        ? undefined
        : html`<h3>Is that so?</h3>
            <div class="pair claims">${claims.map(claimCard)}</div>`
    }
  </section>`;
}

function timelines({ scenarios }: Report): Markup {
  const figures = scenarios.map(({ title, timeline, wall }) =>
    timelineFigure(timeline, `${title}: ${Math.round(wall)} ms`),
  );
  return html`<section aria-labelledby="timelines">
    <h2 id="timelines">Timelines</h2>
    <p>
      Each lane is a process, a thread or a task. What the libraries publish about themselves is drawn; tasks are small,
      so that a pause can be seen. “GIL” is always the emulated one.
    </p>
    ${figures}
  </section>`;
}

function gallery({ exhibits }: Report): Markup {
  if (exhibits.length === 0) {
    return html`<section aria-labelledby="gallery">
      <h2 id="gallery">Failure gallery</h2>
      <p>Left out of a quick run: <code>showcase gallery</code> shows it.</p>
    </section>`;
  }
  return html`<section aria-labelledby="gallery">
    <h2 id="gallery">Failure gallery</h2>
    <p>
      Seven ways in which concurrent programs go wrong, each made to happen, and each with the program in which it does
      not.
    </p>
    ${exhibits.map(exhibitMarkup)}
  </section>`;
}
