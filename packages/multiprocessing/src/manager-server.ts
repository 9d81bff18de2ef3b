/** The program of a manager's server: it keeps objects for those who connect, as long as its parent lives. */
import { Socket } from 'node:net';
import type { Target } from '@weft/core';
import { exitDirectly } from './internal/direct-exit.ts';
import { FrameReader, frameHead } from './internal/frame-reader.ts';
import { importTarget } from './internal/import-target.ts';
import type { Preparation } from './internal/manager-protocol.ts';
import { ownProcess } from './internal/own-process.ts';
import { ObjectServer } from './internal/object-server.ts';
import { decode } from './internal/value-codec.ts';
import { Listener } from './listener.ts';

const PARENT_FD = 3;
/** So many may prove at once that they know the key, so that slow ones, or silent ones, hold up nobody. */
const DOORS = 512;

exitDirectly();
const parent = new Socket({ fd: PARENT_FD, readable: true, writable: true });
const reader = new FrameReader();
parent.on('data', (chunk) => {
  reader.push(chunk);
  const message = reader.next();
  if (message === undefined) return;
  if (message.length === 0) process.exit(0);
  void start(JSON.parse(message.toString()) as Preparation);
});
parent.on('end', () => process.exit(0));
parent.on('error', () => process.exit(0));
// Ctrl-C is for the program; it decides when the server ends.
process.on('SIGINT', () => {});

async function start(preparation: Preparation): Promise<void> {
  try {
    if (preparation.initializer) {
      const initializer = (await importTarget(preparation.initializer)) as Target;
      await initializer(...((await decode(Buffer.from(preparation.initargs, 'base64'))) as unknown[]));
    }
    const authkey = Buffer.from(preparation.authkey, 'base64');
    // Proxies inside of managed objects lead back to this server.
    ownProcess().authkey = authkey;
    const listener = new Listener(preparation.address, { authkey });
    process.on('exit', () => listener.close());
    tell({ address: await listener.ready() });
    const server = new ObjectServer();
    for (let i = 0; i < DOORS; i += 1) void accept(listener, server);
  } catch (error) {
    tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

async function accept(listener: Listener, server: ObjectServer): Promise<void> {
  for (;;) {
    try {
      const connection = await listener.accept();
      void server.serve(connection).catch(() => {});
    } catch {
      // Somebody without the key, or who left at once.
    }
  }
}

function tell(message: object): void {
  const bytes = Buffer.from(JSON.stringify(message));
  parent.write(Buffer.concat([frameHead(bytes.length), bytes]));
}
