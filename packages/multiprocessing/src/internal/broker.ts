import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { BELL, type BrokerReply, type BrokerRequest, REPLIES, REQUESTS } from './broker-protocol.ts';
import { CellKeeper } from './cell-keeper.ts';
import { FrameReader, frameHead } from './frame-reader.ts';

/** The broker's ends of what connects it with a client. The bell may come later. */
interface Ends {
  readonly requests: Socket;
  readonly replies: Socket;
  bell: Socket | undefined;
}

/** Answers the questions of clients, one after the other: nothing else is needed to make each operation whole. */
export class Broker {
  readonly #keeper = new CellKeeper((client, wake) => this.#ring(client, wake));
  readonly #clients = new Map<number, Ends>();
  #last = 0;

  /** Connects with a client, by the name of its FIFOs. */
  admit(base: string): void {
    const requests = fifo(base + REQUESTS, constants.O_RDONLY);
    const bell = fifo(base + BELL, constants.O_RDWR);
    this.#serve({ requests, replies: fifo(base + REPLIES, constants.O_RDWR), bell });
  }

  /** Connects with a client through a duplex pipe; or it is the bell of one. */
  admitPipe(pipe: Socket): void {
    pipe.on('error', () => {});
    this.#serve({ requests: pipe, replies: pipe, bell: undefined });
  }

  #serve(ends: Ends): void {
    this.#last += 1;
    const id = this.#last;
    this.#clients.set(id, ends);
    const reader = new FrameReader();
    ends.requests.on('data', (chunk) => {
      reader.push(chunk);
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        const request = deserialize(frame) as BrokerRequest;
        if (request[0] === 'bell') this.#becomeBell(id, request[1]);
        else void this.#answer(id, ends, request);
      }
    });
    ends.requests.on('close', () => {
      if (!this.#clients.delete(id)) return;
      ends.bell?.destroy();
      ends.replies.destroy();
      this.#keeper.forget(id);
    });
  }

  #becomeBell(id: number, client: number): void {
    const pipe = this.#clients.get(id)?.requests;
    const ends = this.#clients.get(client);
    this.#clients.delete(id);
    if (ends) ends.bell = pipe;
  }

  #ring(client: number, wake: number): void {
    const message = Buffer.alloc(4);
    message.writeInt32LE(wake);
    this.#clients.get(client)?.bell?.write(message);
  }

  async #answer(id: number, ends: Ends, request: BrokerRequest): Promise<void> {
    let reply: BrokerReply;
    try {
      reply = await this.#keeper.answer(id, request);
    } catch (error) {
      reply = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code };
    }
    const body = serialize(reply);
    ends.replies.write(Buffer.concat([frameHead(body.length), body]));
  }
}

function fifo(path: string, mode: number): Socket {
  const isInput = mode === constants.O_RDONLY;
  const socket = new Socket({ fd: openSync(path, mode | constants.O_NONBLOCK), readable: isInput, writable: !isInput });
  socket.on('error', () => {});
  return socket;
}
