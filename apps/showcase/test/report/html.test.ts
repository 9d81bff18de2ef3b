import { describe, expect, it } from 'vitest';
import { toHtml } from '../../dist/report/html.js';
import { drawPicture } from '../../dist/report/picture.js';
import { sections } from '../../dist/tutorial/sections.js';
import { report } from '../fixtures/report.ts';

const page = await toHtml(report);

describe('the page of a report', () => {
  it('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/);
    const addresses = page.match(/\bhttps?:\/\/[^"'\s<]+/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  it('shows the text of the tutorial, both programs and both outputs', () => {
    for (const { id, title } of sections) expect(page).toContain(`<h2 id="${id}">${title}</h2>`);
    const words = page
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/&lt;|&#60;/g, '<')
      .replaceAll(/&gt;|&#62;/g, '>');
    for (const text of ['print(&quot;<python>&quot;)', 'console.log(&#x27;<typescript>&#x27;)'])
      expect(words).toContain(text);
  });

  it('lets no text be taken for markup', () => {
    expect(page).toContain('Threads &#60;are&#62; made up &#38; &#34;quoted&#34;');
    expect(page).not.toContain('<are>');
    expect(page).not.toContain('Task-1 <b>');
  });

  it('has a table under every drawing', () => {
    const figures = page.match(/<figure[^>]*>.*?<\/figure>/gs) ?? [];
    expect(figures.length).toBeGreaterThan(5);
    for (const figure of figures) expect(figure).toMatch(/<svg.*<\/svg>.*<table>/s);
  });

  it('names every drawing and every table for screen readers', () => {
    const drawings = page.match(/<svg[^>]*>/g) ?? [];
    const titled = page.match(/<svg[^>]*role="img"[^>]*><title>/g) ?? [];
    expect(titled).toHaveLength(drawings.length);
    expect(page.match(/<table>/g)).toHaveLength((page.match(/<table><caption>/g) ?? []).length);
  });

  it('says every verdict in words, and what was expected when it is news', () => {
    expect(page).toMatch(/class="verdict refuted"\s*><span aria-hidden="true">✗ <\/span\s*>refuted</);
    expect(page).toMatch(/<li class="refuted"><strong>1<\/strong> <span>refuted<\/span><\/li>/);
    expect(page).toContain('<p class="news">Expected: confirmed</p>');
    expect(page).toContain('It was raining');
  });

  it('takes its colours from the style sheet, so that they follow light and dark', () => {
    expect(page).toMatch(/fill="var\(--series-1\)"/);
    expect(page).not.toMatch(/#0[1-9]0[1-9]0[1-9]/);
  });

  it('says so where the real Python was not measured', async () => {
    const without = await toHtml({ ...report, python: undefined });
    expect(without).toContain('The real Python was not measured.');
    expect(without).toContain('no Python');
  });
});

it('draws a picture that stands alone', () => {
  const picture = drawPicture(report);
  expect(picture).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 660 \d+"/);
  expect(picture).not.toContain('var(');
  expect(picture).toContain('The GIL in one picture');
});
