import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { Socket, createConnection } from 'node:net';
import { serialize } from 'node:v8';
import { thisAgent } from './agent.ts';
import { block } from './block.ts';
import { BELL, DOOR, REPLIES, REQUESTS, pipeName } from './broker-protocol.ts';
import { frameHead } from './frame-reader.ts';
import { removeName } from './remove-name.ts';

/** A client's ends of what connects it with the broker: two to ask through, blocking, and one to hear by. */
export interface BrokerEnds {
  write(frame: Buffer): void;
  /** Waits for bytes; answers how many came, 0 when the broker is gone. */
  read(into: Buffer): number;
  /** @param client The number that the broker knows this client by. */
  openBell(client: number): Socket;
}

/** How often, and how long in milliseconds, a client waits for a broker that has just been started. */
const ATTEMPTS = 2000;
const PAUSE = 5;

/**
 * Connects with a broker.
 *
 * @param isNew Whether it has just been started, and may not be there yet.
 */
export function openBrokerEnds(folder: string, isNew: boolean): BrokerEnds {
  return process.platform === 'win32' ? openNamedPipe(folder) : openFifos(folder, isNew);
}

function openFifos(folder: string, isNew: boolean): BrokerEnds {
  const { id, process: pid } = thisAgent();
  // Without waiting for one who reads: if the broker is gone, nobody ever will.
  const door = openWhenThere(`${folder}/${DOOR}`, constants.O_WRONLY | constants.O_NONBLOCK, isNew ? ATTEMPTS : 0);
  const base = `${folder}/${pid}.${id}.${Date.now().toString(36)}`;
  const fifos = [REQUESTS, REPLIES, BELL].map((end) => base + end);
  let requests: number;
  try {
    execFileSync('mkfifo', ['-m', '600', ...fifos]);
    // For reading too, so that the broker finds it open when it looks.
    requests = openSync(base + REQUESTS, constants.O_RDWR);
    writeSync(door, `${base}\n`);
  } finally {
    closeSync(door);
  }
  // Waits until the broker has opened it.
  const replies = openSync(base + REPLIES, constants.O_RDONLY);
  for (const fifo of fifos.slice(0, 2)) removeName(fifo);
  return {
    write: (frame) => writeAll(requests, frame),
    read: (into) => readSync(replies, into),
    openBell() {
      const bell = new Socket({
        fd: openSync(base + BELL, constants.O_RDONLY | constants.O_NONBLOCK),
        readable: true,
        writable: false,
      });
      removeName(base + BELL);
      return bell;
    },
  };
}

function openNamedPipe(folder: string): BrokerEnds {
  const name = pipeName(folder);
  const pipe = openWhenThere(name, 'r+', ATTEMPTS);
  return {
    write: (frame) => writeAll(pipe, frame),
    read: (into) => readSync(pipe, into),
    openBell(client) {
      const bell = createConnection(name);
      const body = serialize(['bell', client]);
      bell.write(Buffer.concat([frameHead(body.length), body]));
      return bell;
    },
  };
}

function openWhenThere(name: string, flags: string | number, attempts: number): number {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return openSync(name, flags);
    } catch (error) {
      if (attempt === attempts) throw error;
      block(PAUSE);
    }
  }
}

function writeAll(fd: number, frame: Buffer): void {
  let written = 0;
  while (written < frame.length) written += writeSync(fd, frame, written);
}
