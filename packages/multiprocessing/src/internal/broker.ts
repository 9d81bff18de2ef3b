import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { BELL, type BrokerReply, type BrokerRequest, REPLIES, REQUESTS } from './broker-protocol.ts';
import { CellKeeper } from './cell-keeper.ts';
import { FrameReader, frameHead } from './frame-reader.ts';

/** Answers the questions of clients, one after the other: nothing else is needed to make each operation whole. */
export class Broker {
  readonly #keeper = new CellKeeper((client, wake) => this.#clients.get(client)?.ring(wake));
  readonly #clients = new Map<number, BrokerConnection>();
  #last = 0;

  /** Connects with a client, by the name of its pipes. */
  admit(base: string): void {
    this.#last += 1;
    const id = this.#last;
    const connection = new BrokerConnection(base, {
      answer: (request) => this.#keeper.answer(id, request),
      gone: () => {
        this.#clients.delete(id);
        this.#keeper.forget(id);
      },
    });
    this.#clients.set(id, connection);
  }
}

interface Served {
  answer(request: BrokerRequest): BrokerReply | Promise<BrokerReply>;
  gone(): void;
}

/** The pipes to one client. */
class BrokerConnection {
  readonly #replies: Socket;
  readonly #bell: Socket;

  constructor(base: string, served: Served) {
    const requests = pipe(base + REQUESTS, constants.O_RDONLY);
    this.#bell = pipe(base + BELL, constants.O_RDWR);
    this.#replies = pipe(base + REPLIES, constants.O_RDWR);
    const reader = new FrameReader();
    requests.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) void this.#serve(deserialize(frame) as BrokerRequest, served);
    });
    requests.on('close', () => {
      this.#bell.destroy();
      this.#replies.destroy();
      served.gone();
    });
  }

  /** Tells the client that one of its waits may have ended. */
  ring(wake: number): void {
    const message = Buffer.alloc(4);
    message.writeInt32LE(wake);
    this.#bell.write(message);
  }

  async #serve(request: BrokerRequest, served: Served): Promise<void> {
    let reply: BrokerReply;
    try {
      reply = await served.answer(request);
    } catch (error) {
      reply = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code };
    }
    const body = serialize(reply);
    this.#replies.write(Buffer.concat([frameHead(body.length), body]));
  }
}

function pipe(path: string, mode: number): Socket {
  const socket = new Socket({ fd: openSync(path, mode | constants.O_NONBLOCK), readable: mode === constants.O_RDONLY, writable: mode !== constants.O_RDONLY });
  socket.on('error', () => {});
  return socket;
}
