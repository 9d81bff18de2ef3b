import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { decodeBody, describeTarget, encodeBytes, loadClasses, unpack } from '@weft/core/lowlevel';
import type { Elsewhere } from '@weft/conformance';
import { afterAll } from 'vitest';

interface Answer {
  readonly id: number;
  readonly result?: Uint8Array;
  readonly error?: string;
}

/** A real process that runs exported functions when it is asked to. */
export class Peer {
  readonly child: ChildProcess;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.child = fork(new URL('./fixtures/peer.mjs', import.meta.url), {
      serialization: 'advanced',
      execArgv: [],
      env,
    });
    this.child.on('message', (answer: Answer) => void this.#settle(answer));
    this.child.on('exit', (code, signal) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`The peer ended: ${signal ?? code}`));
      this.#pending.clear();
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Runs an exported function in the process. */
  run<A extends unknown[], R>(target: (...args: A) => R | PromiseLike<R>, ...args: A): Promise<R> {
    this.#last += 1;
    const id = this.#last;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    const bytes = encodeBytes({ target: describeTarget(target), args }, { medium: 'process', path: 'call' });
    this.child.send({ id, bytes: Uint8Array.from(bytes) });
    return answer.promise as Promise<R>;
  }

  /** Ends the process at once, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }

  async #settle(answer: Answer): Promise<void> {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.result === undefined) return pending?.reject(new Error(answer.error));
    const body = decodeBody(answer.result);
    await loadClasses(body);
    pending?.resolve(unpack(body, 'process'));
  }
}

/** Runs the functions of a suite in one other process, for as long as the tests of the file run. */
export function elsewhere(): Elsewhere {
  let peer: Peer | undefined;
  afterAll(() => peer?.end());
  return (target, ...args) => (peer ??= new Peer()).run(target, ...args);
}
