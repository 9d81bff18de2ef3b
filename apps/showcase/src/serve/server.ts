import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { runScenario } from '../scenario/run-scenario.ts';
import { scenarioSchema } from '../scenario/scenario.ts';
import { type Asset, findAsset } from './assets.ts';

const LOOPBACK = '127.0.0.1';

/** A server that listens. */
export interface RunningServer {
  url: string;
  /** Ends it, with every run that still goes on. */
  close(): Promise<void>;
}

/**
 * Serves the live page on the loopback interface only, and runs what the page asks for.
 *
 * @param port Where to listen; 0 for any free port.
 */
export async function startServer(port: number): Promise<RunningServer> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    handle(request, response, closing.signal).catch((error: unknown) => answer(response, 500, String(error)));
  });
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${actual}/`, close: () => close(server, closing) };
}

async function handle(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
  // A page of another origin must not make this machine work, also not by a name that points here.
  if (!isLocal(request)) return answer(response, 403, 'Only the page itself may ask');
  if (request.method === 'POST' && request.url === '/run') return runAsked(request, response, closing);
  const asset = request.method === 'GET' ? await findAsset(request.url ?? '/') : undefined;
  if (asset === undefined) return answer(response, 404, 'There is nothing here');
  return answerWith(response, asset);
}

async function runAsked(request: IncomingMessage, response: ServerResponse, closing: AbortSignal): Promise<void> {
  const asked = scenarioSchema.safeParse(parse(await text(request)));
  if (!asked.success)
    return answer(
      response,
      400,
      asked.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`).join('; '),
    );
  // Who closes the page does not want the answer any more.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const result = await runScenario(asked.data, AbortSignal.any([closing, gone.signal]));
  answerWith(response, { type: 'application/json', content: JSON.stringify(result) });
}

function isLocal({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function answerWith(response: ServerResponse, { type, content }: Asset): void {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'self'; img-src data:; style-src 'self' 'unsafe-inline'",
  });
  response.end(content);
}

function answer(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(message);
}

async function close(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
