import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StreamWriter, Condition, sleep } from '@weft/async';

// What the examples of async's docstrings take for granted.

export const url = 'data:text/plain,hello';
export const urls = [url, url];
export const id = 1;
export const order = { id };
export const items = ['item'];
export const condition = new Condition();
export const emitter = new EventEmitter();
setImmediate(() => emitter.emit('answer', 42));

// Two servers that send back what they get, and a place for a third one.
const folder = mkdtempSync(join(tmpdir(), 'docstrings-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
export const service = join(folder, 'service');
export const socket = join(folder, 'socket');
export const port = ((await listen(0)).address() as AddressInfo).port;
await listen(service);

async function listen(address: number | string): Promise<Server> {
  const server = createServer((client) => client.pipe(client)).unref();
  await once(server.listen(address), 'listening');
  return server;
}

export async function download(_url: string): Promise<string> {
  await sleep(1);
  return 'a page';
}

export async function query(): Promise<void> {}

export async function update(): Promise<void> {}

export async function first(): Promise<void> {}

export async function second(): Promise<void> {}

export async function save(_order: { id: number }): Promise<void> {}

export async function loadUser(user: number): Promise<{ id: number }> {
  return { id: user };
}

export async function loadOrders(_user: number): Promise<string[]> {
  return [];
}

export async function greet(writer: StreamWriter): Promise<void> {
  writer.write('hello\n');
  await writer.drain();
  writer.close();
}
