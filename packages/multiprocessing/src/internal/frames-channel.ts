import type { OnReadOpts, Socket } from 'node:net';
import { descriptorOf, send } from './channel-write.ts';
import type { FrameReader } from './frames-reader.ts';
import type { Hatches } from './pool-hatch.ts';

const READ_SIZE = 1 << 18;

/**
 * One end of the way between a pool and a worker: a socket, and a hatch for each direction.
 *
 * While an end looks for frames its event loop turns, so that it does not have to be woken, and its hatch is open, so
 * that a frame reaches it without a system call. Everything else that its loop has to do goes on meanwhile.
 */
export class FrameChannel {
  readonly #reader: FrameReader;
  readonly #onRead: () => void;
  readonly #turn: () => void;
  #socket!: Socket;
  #fd: number | undefined;
  #hatches: Hatches | undefined;
  /** How many frames went by socket. */
  #sent = 0;
  #until = 0;
  #isTurning = false;

  /**
   * @param reader Takes the frames apart.
   * @param onRead Called when what came has been read.
   */
  constructor(reader: FrameReader, onRead: () => void) {
    this.#reader = reader;
    this.#onRead = onRead;
    this.#turn = () => this.#lookOnce();
  }

  /** Has a socket read into one and the same memory, for {@link feed}. */
  get onread(): OnReadOpts {
    const callback = (size: number, bytes: Uint8Array): boolean => {
      this.feed(bytes, size);
      return true;
    };
    return { buffer: new Uint8Array(READ_SIZE), callback };
  }

  /**
   * Uses a socket, whose bytes are for {@link feed}.
   *
   * @param fd Its descriptor.
   */
  connect(socket: Socket, fd: number | undefined = descriptorOf(socket)): void {
    this.#socket = socket;
    this.#fd = fd;
    // A descriptor may come back under another meaning: it is good while the socket is open.
    socket.once('close', () => (this.#fd = undefined));
  }

  /** Uses hatches from now on. */
  use(hatches: Hatches | undefined): void {
    this.#hatches = hatches;
  }

  /** Sends a frame. @returns Whether it is gone: if not, its bytes must stay as they are. */
  send(frame: Buffer): boolean {
    if (this.#hatches?.outgoing.give(frame, this.#sent)) return true;
    this.#sent += 1;
    return send(this.#socket, this.#fd, frame);
  }

  /** Waits until the system has taken what was sent. */
  async drain(): Promise<void> {
    if (this.#socket.writableLength > 0) await new Promise((resolve) => this.#socket.write('', resolve));
  }

  /** Takes what the socket brings. */
  feed(chunk: Uint8Array, size?: number): void {
    // It was sent before these bytes: the hatch was open only while no others were on their way.
    this.#takeIn();
    this.#reader.feed(chunk, size);
    this.#onRead();
  }

  /** Looks for frames from now on. @param duration For how long, in milliseconds; 0 ends it. */
  look(duration: number): void {
    this.#until = duration === 0 ? 0 : performance.now() + duration;
    if (duration === 0 || this.#isTurning) return;
    this.#isTurning = true;
    this.#hatches?.incoming.open(this.#reader.frames);
    setImmediate(this.#turn);
  }

  /** Reads what is in the hatch, and uses none any more. */
  close(): void {
    this.#takeIn();
    this.#hatches = undefined;
  }

  #lookOnce(): void {
    this.#takeIn();
    this.#isTurning = performance.now() < this.#until;
    if (this.#isTurning) {
      this.#hatches?.incoming.open(this.#reader.frames);
      setImmediate(this.#turn);
    } else {
      this.#hatches?.incoming.shut();
      // What came in before it was shut: nobody looks again.
      this.#takeIn();
    }
  }

  #takeIn(): void {
    const incoming = this.#hatches?.incoming;
    if (incoming === undefined || !incoming.isFull) return;
    this.#reader.read(incoming.memory, incoming.start);
    incoming.empty();
    this.#onRead();
  }
}
