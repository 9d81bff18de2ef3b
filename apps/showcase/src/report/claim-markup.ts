import type { JudgedClaim } from '../claims/claim.ts';
import { type Threshold, type Verdict, describeThreshold } from '../claims/verdict.ts';
import { summarize } from '../measure/statistics.ts';
import { significant } from '../terminal/numbers.ts';
import { spread } from '../terminal/samples.ts';
import { type Markup, html, table } from './markup.ts';

const marks = {
  confirmed: '✓',
  refuted: '✗',
  'confirmed only with an emulated GIL': '◐',
  inconclusive: '?',
} as const;

/** All claims with their verdicts, in one table. */
export function verdictSummary(claims: readonly JudgedClaim[]): Markup {
  return table(
    'The claims of the tutorial and what came out',
    ['Claim', 'Verdict', 'Measured', 'Threshold'],
    claims.map((claim) => [
      claim.sentence,
      html`${badge(claim.verdict)}${claim.verdict === claim.expected ? undefined : html` <span class="news">expected: ${claim.expected}</span>`}`,
      claim.thresholds.map((threshold) => measured(claim, threshold)).join('; '),
      claim.thresholds.map(describeThreshold).join('; '),
    ]),
  );
}

/** A claim, its experiment and its verdict. */
export function claimCard(claim: JudgedClaim): Markup {
  const { sentence, verdict, expected, experiment, because, trouble, thresholds } = claim;
  const news = verdict === expected ? undefined : html`<p class="news">Expected: ${expected}</p>`;
  return html`<article class="panel claim ${cssOf(verdict)}">
    <blockquote>${sentence}</blockquote>
    <p>${badge(verdict)}</p>
    ${news}
    <p><strong>Experiment.</strong> ${experiment}</p>
    <ul>
      ${thresholds.map((threshold) => html`<li>${describeThreshold(threshold)}. Measured: <strong>${measured(claim, threshold)}</strong></li>`)}
    </ul>
    ${trouble === undefined ? undefined : html`<p class="news">${trouble}</p>`}
    <p>${because}</p>
    ${samplesOf(claim)}
  </article>`;
}

/** How many claims came out in which way, to be seen at a glance. */
export function tally(claims: readonly JudgedClaim[]): Markup {
  const verdicts = (Object.keys(marks) as Verdict[]).map((verdict) => ({
    verdict,
    count: claims.filter((claim) => claim.verdict === verdict).length,
  }));
  return html`<ul class="tally" aria-label="Verdicts">
    ${verdicts.map(
      ({ verdict, count }) =>
        html`<li class="${cssOf(verdict)}"><strong>${count}</strong> <span>${verdict}</span></li>`,
    )}
  </ul>`;
}

function badge(verdict: Verdict): Markup {
  return html`<span class="verdict ${cssOf(verdict)}"
    ><span aria-hidden="true">${marks[verdict]} </span>${verdict}</span
  >`;
}

function cssOf(verdict: Verdict): string {
  return verdict.replaceAll(' ', '-').toLowerCase();
}

function measured({ samples }: JudgedClaim, { metric, unit }: Threshold): string {
  const values = samples[metric] ?? [];
  if (values.length === 0) return 'nothing';
  const [first = Number.NaN] = values;
  return values.length === 1 ? `${significant(first)} ${unit}`.trim() : spread(summarize(values), unit);
}

function samplesOf({ samples }: JudgedClaim): Markup | undefined {
  const rows = Object.entries(samples).map(([metric, values]) => [metric, values.map(significant).join(', ')]);
  if (rows.length === 0) return undefined;
  return html`<details>
    <summary>Samples</summary>
    ${table('Every measured value', ['Quantity', 'Values'], rows)}
  </details>`;
}
