import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { BrokenPipeError } from '@weft/core';
import { BELL, type BrokerReply, type BrokerRequest, DOOR, REPLIES, REQUESTS } from './broker-protocol.ts';
import { FrameReader, frameHead } from './frame-reader.ts';
import { thisAgent } from './agent.ts';

const FOLDER = 'WEFT_BROKER';
const ENTRY = fileURLToPath(new URL('../broker.js', import.meta.url));
const CHUNK = 64 * 1024;

/** Asks the broker, and waits for its answer, through named pipes: each thread has its own. */
export class BrokerClient {
  /** Where the broker's pipes are. */
  readonly folder: string;
  readonly #requests: number;
  readonly #replies: number;
  readonly #base: string;
  readonly #reader = new FrameReader();
  readonly #chunk = Buffer.allocUnsafe(CHUNK);
  #bell: Socket | undefined;

  constructor(folder: string) {
    this.folder = folder;
    const { id, start, process: pid } = thisAgent();
    this.#base = `${folder}/${pid}.${id}.${Date.now().toString(36)}`;
    const pipes = [REQUESTS, REPLIES, BELL].map((end) => this.#base + end);
    execFileSync('mkfifo', ['-m', '600', ...pipes]);
    // For reading too, so that the broker finds it open when it looks.
    this.#requests = openSync(this.#base + REQUESTS, constants.O_RDWR);
    const door = openSync(`${folder}/${DOOR}`, constants.O_WRONLY);
    writeSync(door, `${this.#base}\n`);
    closeSync(door);
    // Waits until the broker has opened it.
    this.#replies = openSync(this.#base + REPLIES, constants.O_RDONLY);
    this.ask(['hello', id, start]);
    for (const pipe of pipes.slice(0, 2)) rmSync(pipe, { force: true });
  }

  /**
   * Asks, blocking the thread for the moment that the broker takes.
   *
   * @throws {BrokenPipeError} If the broker is gone.
   */
  ask(request: BrokerRequest): { value: number; bytes?: Uint8Array | undefined; other?: number } {
    const body = serialize(request);
    const frame = Buffer.concat([frameHead(body.length), body]);
    let written = 0;
    while (written < frame.length) written += writeSync(this.#requests, frame, written);
    const reply = deserialize(this.#receive()) as BrokerReply;
    if ('error' in reply) throw Object.assign(new Error(reply.error), { code: reply.code });
    return reply;
  }

  /** Hears the numbers of waits that may have ended. */
  listen(onRing: (wake: number) => void): void {
    if (this.#bell) return;
    this.#bell = new Socket({ fd: openSync(this.#base + BELL, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
    this.#bell.unref();
    this.#bell.on('error', () => {});
    this.#bell.on('data', (rings) => {
      for (let at = 0; at + 4 <= rings.length; at += 4) onRing(rings.readInt32LE(at));
    });
    rmSync(this.#base + BELL, { force: true });
  }

  #receive(): Buffer {
    for (;;) {
      const message = this.#reader.next();
      if (message !== undefined) return message;
      const count = readSync(this.#replies, this.#chunk);
      if (count === 0) throw new BrokenPipeError('Cannot use what processes share: the broker that keeps it is gone');
      this.#reader.push(Buffer.from(this.#chunk.subarray(0, count)));
    }
  }
}

const clients = new Map<string, BrokerClient>();

/** The connection to a broker; left out, to this tree's own, which is started if need be. */
export function brokerClient(folder: string = ownBroker()): BrokerClient {
  let client = clients.get(folder);
  if (client === undefined) clients.set(folder, (client = new BrokerClient(folder)));
  return client;
}

function ownBroker(): string {
  const inherited = process.env[FOLDER];
  if (inherited !== undefined && existsSync(`${inherited}/${DOOR}`)) return inherited;
  const folder = mkdtempSync(`${tmpdir()}/weft-broker-`);
  execFileSync('mkfifo', ['-m', '600', `${folder}/${DOOR}`]);
  // Its input ends with this process, however that ends; then it goes too.
  const broker = spawn(process.execPath, [ENTRY, folder], { stdio: ['pipe', 'ignore', 'inherit'], detached: true, cwd: '/' });
  broker.unref();
  (broker.stdin as Socket).unref();
  broker.stdin.on('error', () => {});
  broker.on('error', () => {});
  process.env[FOLDER] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
