import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dist/serve/server.js';

const scenario = { technique: 'sequential', workload: 'wait', workers: 1, tasks: 2, ms: 5, gil: false };
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(0);
});
afterAll(() => server.close());

function ask(
  path: string,
  options: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, server.url),
      { method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      },
    );
    asked.once('error', reject);
    asked.end(options.body);
  });
}

describe('the server', () => {
  it('listens on the loopback interface only', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it('serves everything that the page refers to', async () => {
    const { body } = await ask('/');
    const paths = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(1);
    for (const path of paths) expect(await ask(path)).toMatchObject({ status: 200 });
  });

  it.each(['/package.json', '/../package.json', '/%2e%2e/package.json', '/constructor', '/trace/preload.js'])(
    'serves nothing else: %s',
    async (path) => {
      expect(await ask(path)).toMatchObject({ status: 404 });
    },
  );

  it('runs a scenario and tells what happened', async () => {
    const { status, body } = await ask('/run', { method: 'POST', body: JSON.stringify(scenario) });
    expect(status).toBe(200);
    const { wall, timeline } = JSON.parse(body) as { wall: number; timeline: { lanes: { kind: string }[] } };
    expect(wall).toBeGreaterThanOrEqual(10);
    expect(timeline.lanes.map(({ kind }) => kind)).toEqual(['process', 'thread']);
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['too many workers', JSON.stringify({ ...scenario, workers: 1000 })],
    ['an unknown technique', JSON.stringify({ ...scenario, technique: 'magic' })],
    ['more than it asks for', JSON.stringify({ ...scenario, command: 'rm' })],
  ])('refuses %s', async (_, body) => {
    expect(await ask('/run', { method: 'POST', body })).toMatchObject({ status: 400 });
  });

  it.each([{ host: 'evil.example' }, { origin: 'http://evil.example' }, { origin: 'null' }])(
    'takes nothing from other pages: %j',
    async (headers) => {
      expect(await ask('/run', { method: 'POST', body: JSON.stringify(scenario), headers })).toMatchObject({
        status: 403,
      });
    },
  );
});
