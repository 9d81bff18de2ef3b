import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dist/serve/server.js';
import { startBrowser } from './browser.ts';

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([startBrowser(), startServer(0)]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the page and fails the test at the end if anything went wrong in it. */
async function withPage(size: { width: number; dark?: boolean }, visit: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: size.width, height: 900 },
    colorScheme: size.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on(
    'request',
    (request) =>
      request.url().startsWith(server.url) || request.url().startsWith('data:') || troubles.push(request.url()),
  );
  try {
    await page.goto(server.url);
    await visit(page);
    expect(troubles).toEqual([]);
  } finally {
    await context.close();
  }
}

async function set(page: Page, id: string, value: number): Promise<void> {
  await page.locator(`#${id}`).fill(String(value));
}

async function runAndWait(page: Page): Promise<void> {
  await page.locator('#run').click();
  await page
    .locator('#status')
    .filter({ hasText: / ms\.$/ })
    .waitFor();
}

describe.each([360, 1440])('the live page, %d px wide', (width) => {
  it('fits, before and after a run', async () => {
    await withPage({ width }, async (page) => {
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await runAndWait(page);
      expect(await overflow()).toBeLessThanOrEqual(0);
    });
  });

  it('runs what the sliders say and draws it', async () => {
    await withPage({ width }, async (page) => {
      await page.locator('#workload').selectOption('wait');
      await set(page, 'workers', 3);
      await set(page, 'tasks', 5);
      await set(page, 'ms', 20);
      expect(await page.locator('#tasks-value').textContent()).toBe('5');
      await runAndWait(page);
      expect(await page.locator('#status').textContent()).toMatch(
        /^threading with 3 workers, 5 tasks that wait 20 ms each: \d+ ms\.$/,
      );
      const drawing = page.locator('#drawing svg[role=img]');
      expect(await drawing.locator('text.thread').count()).toBe(4);
      expect(await drawing.locator('rect.wait-sleep').count()).toBeGreaterThanOrEqual(5);
      expect(await page.locator('#totals tbody tr').count()).toBe(4);
    });
  });
});

describe('the live page', () => {
  it('shows threads that wait for the emulated GIL', async () => {
    await withPage({ width: 1440 }, async (page) => {
      await page.locator('#gil').check();
      // So much to do that no thread is through before the others have come up.
      await set(page, 'tasks', 20);
      await set(page, 'ms', 100);
      await runAndWait(page);
      expect(await page.locator('#status').textContent()).toContain('under an emulated GIL');
      expect(await page.locator('#drawing rect.wait-gil').count()).toBeGreaterThan(0);
      expect(await page.locator('#totals thead').textContent()).toContain('Waits: GIL');
    });
  });

  it('replays a run, moves through it by hand, and keeps earlier runs', async () => {
    await withPage({ width: 1440 }, async (page) => {
      await page.locator('#technique').selectOption('asyncio');
      await page.locator('#workload').selectOption('wait');
      await runAndWait(page);
      const first = await page.locator('#status').textContent();
      await set(page, 'position', 0);
      expect(await page.locator('#drawing line.now').count()).toBe(1);
      expect(await page.locator('#drawing rect.wait-sleep').count()).toBeLessThanOrEqual(1);
      await page.locator('#replay').click();
      await page.locator('#pause:not([disabled])').waitFor();
      await page.locator('#pause').click();
      expect(await page.locator('#pause').isDisabled()).toBe(true);

      await page.locator('#technique').selectOption('sequential');
      await set(page, 'tasks', 2);
      await runAndWait(page);
      expect(await page.locator('#history tr').count()).toBe(2);
      await page.getByRole('button', { name: 'See run 1' }).click();
      expect(await page.locator('#status').textContent()).toBe(first);
    });
  });

  it('can be used by keyboard alone', async () => {
    await withPage({ width: 1440 }, async (page) => {
      const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
      const visited: string[] = [];
      await page.keyboard.press('Tab');
      for (let i = 0; i < 7; i++) {
        await page.keyboard.press('Tab');
        visited.push(await focused());
      }
      expect(visited).toEqual(['technique', 'workload', 'workers', 'tasks', 'ms', 'gil', 'run']);
      await page.locator('#tasks').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('#tasks-value').textContent()).toBe('2');
      await page.locator('#run').focus();
      await page.keyboard.press('Enter');
      await page
        .locator('#status')
        .filter({ hasText: / ms\.$/ })
        .waitFor();
    });
  });

  it('tells screen readers what everything is', async () => {
    await withPage({ width: 1440 }, async (page) => {
      await runAndWait(page);
      const unnamed = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLButtonElement>(
            'input, select, button',
          ),
        ]
          .filter((control) => (control.labels?.length ?? 0) === 0 && (control.textContent ?? '').trim() === '')
          .map(({ id }) => id),
      );
      expect(unnamed).toEqual([]);
      expect(await page.locator('[role=status][aria-live=polite]').count()).toBe(1);
      expect(await page.locator('#drawing svg > title').count()).toBe(1);
      expect(await page.locator('#drawing svg > desc').textContent()).toContain('threads');
      expect(await page.locator('#totals caption').count()).toBe(1);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.locator('h1').count()).toBe(1);
    });
  });

  it.each([false, true])('can be read in light and dark: dark %s', async (dark) => {
    await withPage({ width: 1440, dark }, async (page) => {
      await runAndWait(page);
      const contrasts = await page.evaluate(() => {
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const luminance = (colour: string) => {
          if (canvas === null) return 0;
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
          const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
            const value = part / 255;
            return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const contrast = (one: string, other: string) => {
          const [light = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
          return (light + 0.05) / (darker + 0.05);
        };
        const ground = getComputedStyle(document.body).backgroundColor;
        const texts = ['body', '.quiet', 'a.skip', 'label'].map((selector) => {
          const element = document.querySelector(selector);
          return element === null ? 0 : contrast(getComputedStyle(element).color, ground);
        });
        const bars = [...document.querySelectorAll('#drawing rect.running')].map((bar) =>
          contrast(getComputedStyle(bar).fill, ground),
        );
        return { texts: Math.min(...texts), bars: Math.min(...bars), isDark: luminance(ground) < 0.2 };
      });
      expect(contrasts.isDark).toBe(dark);
      expect(contrasts.texts).toBeGreaterThanOrEqual(4.5);
      expect(contrasts.bars).toBeGreaterThanOrEqual(3);
    });
  });

  it('says what went wrong', async () => {
    await withPage({ width: 360 }, async (page) => {
      await page.route('**/run', (route) => route.fulfill({ status: 200, body: 'no JSON' }));
      await page.locator('#run').click();
      await page.locator('#status').filter({ hasText: 'That did not work' }).waitFor();
      expect(await page.locator('#run').isEnabled()).toBe(true);
    });
  });
});
