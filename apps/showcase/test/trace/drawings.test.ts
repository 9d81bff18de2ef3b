import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toChromeTrace } from '../../dist/trace/chrome-trace.js';
import { drawSvgTimeline } from '../../dist/trace/svg-timeline.js';
import { drawTextTimeline } from '../../dist/trace/text-timeline.js';
import { reasonOf } from '../../dist/trace/timeline.js';
import { timeline } from '../fixtures/report.ts';

describe('the timeline as text', () => {
  const lines = stripVTControlCharacters(drawTextTimeline(timeline, 128)).split('\n');

  it('draws a line for each lane, time from left to right', () => {
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^ +0 +100 ms$/);
    const task = lines[3]?.slice(27) ?? '';
    expect(task).toHaveLength(100);
    expect(task).toBe(`${' '.repeat(10)}${'█'.repeat(10)}${'s'.repeat(40)}${' '.repeat(40)}`);
    expect(lines[4]?.slice(27 + 30, 27 + 90)).toBe(
      `${'█'.repeat(10)}${'G'.repeat(10)}${'█'.repeat(10)}LLLLL${'█'.repeat(25)}`,
    );
  });

  it('explains its signs', () => {
    expect(lines.at(-1)).toBe('█ runs   · alive   L waits: lock   s waits: sleep   G waits: GIL');
  });

  it('says how many lanes it leaves out', () => {
    expect(stripVTControlCharacters(drawTextTimeline(timeline, 80, 2))).toContain('… and 2 more');
  });
});

describe('the timeline as SVG', () => {
  const drawing = drawSvgTimeline(timeline, 'A <title>');

  it('draws every lane, every span, every arrow and the reasons that occur', () => {
    expect(drawing.match(/<text class="lane /g)).toHaveLength(4);
    expect(drawing.match(/class="arrow"/g)).toHaveLength(1);
    for (const reason of ['sleep', 'gil', 'lock']) expect(drawing).toContain(`class="wait-${reason}"`);
    expect(drawing).not.toContain('wait-queue');
  });

  it('lets no text be taken for markup', () => {
    expect(drawing).toContain('<title>A &#60;title&#62;</title>');
    expect(drawing).toContain('Task-1 &#60;b&#62;');
  });

  it('draws only what happened before a moment', () => {
    const until = drawSvgTimeline(timeline, 'A title', { until: 25 });
    expect(until).not.toContain('class="arrow"');
    expect(until).toContain('class="now"');
    expect(until.match(/<rect class="wait-gil"/g)).toHaveLength(1);
    expect(drawing.match(/<rect class="wait-gil"/g)).toHaveLength(2);
  });
});

describe('the timeline in Chrome’s format', () => {
  const { traceEvents } = toChromeTrace(timeline);

  it('names every track', () => {
    const names = traceEvents
      .filter(({ ph, name }) => ph === 'M' && name === 'thread_name')
      .map(({ args }) => args?.['name']);
    expect(names).toEqual(timeline.lanes.map(({ name }) => name));
  });

  it('has every span with its time and length in microseconds', () => {
    const wait = traceEvents.find(({ cat }) => cat === 'waiting: sleep');
    expect(wait).toMatchObject({ ph: 'X', ts: 20_000, dur: 40_000, name: 'to wake up', pid: 1 });
  });

  it('binds the two ends of an arrow by a number', () => {
    const [start, finish] = traceEvents.filter(({ ph }) => ph === 's' || ph === 'f');
    expect(start).toMatchObject({ ph: 's', ts: 5000, cat: 'start' });
    expect(finish).toMatchObject({ ph: 'f', bp: 'e', ts: 30_000, id: start?.id });
  });
});

it.each([
  ['gil', 'GIL'],
  ['to wake up', 'sleep'],
  ['sleep', 'sleep'],
  ['to get an item of a queue', 'queue'],
  ['to acquire a lock', 'lock'],
  ['for a permit', 'lock'],
  ['to read from a stream', 'I/O'],
  ['for a gather of 2', 'task'],
  ['for a promise that is not ours', 'other'],
])('tells why something waits: %s', (waits, reason) => {
  expect(reasonOf(waits)).toBe(reason);
});
