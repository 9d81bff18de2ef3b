import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, rmdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { deserialize, serialize } from 'node:v8';
import { BrokenPipeError } from '@weft/core';
import { BROKER_ENTRY } from '../entries.ts';
import { thisAgent } from './agent.ts';
import { startAttendant } from './attendant.ts';
import { type BrokerEnds, openBrokerEnds } from './broker-ends.ts';
import { type BrokerReply, type BrokerRequest, DOOR } from './broker-protocol.ts';
import { FrameReader, frameHead } from './frame-reader.ts';
import { removeName } from './remove-name.ts';

const FOLDER = 'WEFT_BROKER';
const CHUNK = 64 * 1024;

/** Asks the broker, and waits for its answer: each thread by itself. */
export class BrokerClient {
  /** Where the broker is found. */
  readonly folder: string;
  readonly #ends: BrokerEnds;
  readonly #id: number;
  readonly #reader = new FrameReader();
  readonly #chunk = Buffer.allocUnsafe(CHUNK);
  #bell: Socket | undefined;
  #isBrokerGone = false;

  /** @throws {BrokenPipeError} If the broker is gone. */
  constructor(folder: string, isNew: boolean) {
    this.folder = folder;
    try {
      this.#ends = openBrokerEnds(folder, isNew);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw code === 'ENXIO' || code === 'ENOENT' ? brokerIsGone({ cause }) : cause;
    }
    this.#id = this.ask(['hello', thisAgent().id]).value;
  }

  /**
   * Asks, blocking the thread for the moment that the broker takes.
   *
   * @throws {BrokenPipeError} If the broker is gone.
   */
  ask(request: BrokerRequest): { value: number; bytes?: Uint8Array | undefined; other?: number } {
    if (this.#isBrokerGone) throw brokerIsGone();
    const body = serialize(request);
    this.#ends.write(Buffer.concat([frameHead(body.length), body]));
    const reply = deserialize(this.#receive()) as BrokerReply;
    if ('error' in reply) throw Object.assign(new Error(reply.error), { code: reply.code });
    return reply;
  }

  /** Hears the numbers of waits that may have ended. */
  listen(onRing: (wake: number) => void): void {
    if (this.#bell) return;
    this.#bell = this.#ends.openBell(this.#id);
    this.#bell.unref();
    this.#bell.on('error', () => {});
    this.#bell.on('data', (rings) => {
      for (let at = 0; at + 4 <= rings.length; at += 4) onRing(rings.readInt32LE(at));
    });
  }

  #receive(): Buffer {
    for (;;) {
      const message = this.#reader.next();
      if (message !== undefined) return message;
      const count = this.#ends.read(this.#chunk);
      if (count === 0) {
        // Nobody reads any more: questions would fill the pipe, and then block the thread.
        this.#isBrokerGone = true;
        throw brokerIsGone();
      }
      this.#reader.push(Buffer.from(this.#chunk.subarray(0, count)));
    }
  }
}

function brokerIsGone(options?: ErrorOptions): BrokenPipeError {
  return new BrokenPipeError('Cannot use what processes share: the broker that keeps it is gone', options);
}

const clients = new Map<string, BrokerClient>();
/** The folder of the broker that was started here. */
let started: string | undefined;

/** The connection to a broker; left out, to this tree's own, which is started if need be. */
export function brokerClient(folder: string | undefined = knownBroker()): BrokerClient {
  const known = folder === undefined ? undefined : clients.get(folder);
  if (known !== undefined) return known;
  const home = folder ?? startBroker();
  const client = new BrokerClient(home, home === started);
  clients.set(home, client);
  return client;
}

function knownBroker(): string | undefined {
  const inherited = process.env[FOLDER];
  return inherited !== undefined && existsSync(inherited) ? inherited : undefined;
}

function startBroker(): string {
  const folder = mkdtempSync(`${tmpdir()}/weft-broker-`);
  const door = `${folder}/${DOOR}`;
  try {
    if (process.platform !== 'win32') execFileSync('mkfifo', ['-m', '600', door]);
    // Its input ends with this process, however that ends; then it goes too.
    startAttendant(process.execPath, [BROKER_ENTRY, folder], { stderr: 'inherit' });
  } catch (error) {
    // Listing the folder would take a descriptor, and there may be none left.
    removeName(door);
    rmdirSync(folder);
    throw error;
  }
  process.env[FOLDER] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  started = folder;
  return folder;
}
