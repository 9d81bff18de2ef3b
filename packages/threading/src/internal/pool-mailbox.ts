import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type Body, type TargetReference, unpack } from '@weft/core/lowlevel';
import { type Board, Seat } from './pool-layout.ts';
import type { BoundTask, Mail } from './pool-mail.ts';
import { abortTask } from './pool-task.ts';

/** How often a worker that waits for arguments looks before it sleeps: for some 15 microseconds. */
const LOOKS = 2_000;

/** What a worker's owner sent by message port. */
export class Mailbox {
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #port: MessagePort;
  readonly #onTarget: (number: number, reference: TargetReference) => void;
  readonly #expected = new Map<number, (body: Body | Uint8Array | undefined) => void>();
  readonly #pulled = new Map<number, (stop: boolean, looped: boolean) => void>();
  readonly #bound: BoundTask[] = [];
  #seen = 0;

  constructor(
    board: Board,
    seat: number,
    port: MessagePort,
    onTarget: (number: number, reference: TargetReference) => void,
  ) {
    this.#words = board.words;
    this.#word = board.seatAt(seat) + Seat.Mail;
    this.#port = port;
    this.#onTarget = onTarget;
  }

  /** Whether something came that was not read. */
  get unread(): boolean {
    return Atomics.load(this.#words, this.#word) !== this.#seen;
  }

  /** Whether {@link takeBound} would answer a task. */
  get hasBound(): boolean {
    return this.#bound.length > 0;
  }

  /** The next task that only this worker may run. */
  takeBound(): BoundTask | undefined {
    return this.#bound.shift();
  }

  /** Calls back with the arguments of a task, or without if they could not be sent. */
  expect(id: number, callback: (body: Body | Uint8Array | undefined) => void): void {
    this.#expected.set(id, callback);
  }

  /** Calls back whenever the reader of a stream asks for more. @returns Stops that. */
  onPull(id: number, callback: (stop: boolean, looped: boolean) => void): () => void {
    this.#pulled.set(id, callback);
    return () => this.#pulled.delete(id);
  }

  /** Reads all there is. */
  read(): void {
    this.#seen = Atomics.load(this.#words, this.#word);
    for (let got = receiveMessageOnPort(this.#port); got !== undefined; got = receiveMessageOnPort(this.#port)) {
      this.open(got.message as Mail);
    }
  }

  /** Blocks until something comes, and reads it. */
  block(): void {
    for (let looks = 0; looks < LOOKS && !this.unread; looks += 1);
    Atomics.wait(this.#words, this.#word, this.#seen);
    this.read();
  }

  /** Does what a message says. */
  open(mail: Mail): void {
    if (mail === 0) return;
    if ('target' in mail) this.#onTarget(mail.target, mail.reference);
    else if ('bound' in mail) this.#bound.push(mail);
    else if ('abort' in mail) abortTask(mail.abort, reasonOf(mail.reason));
    else if ('pull' in mail) this.#pulled.get(mail.pull)?.(mail.stop, mail.looped);
    else {
      const arrived = this.#expected.get(mail.args);
      this.#expected.delete(mail.args);
      arrived?.(mail.body);
    }
  }
}

// Where the reason cannot be made again here, that is one as well.
function reasonOf(body: Body): unknown {
  try {
    return unpack(body, 'thread');
  } catch (error) {
    return error;
  }
}
