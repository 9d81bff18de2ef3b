import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';

import { CancelledError } from '@weft/core';

import { readFrom, writeTo } from './attach-socket.ts';
import { gather } from './gather.ts';
import { Event } from './event.ts';
import type { StreamReader } from './stream-reader.ts';
import type { StreamWriter } from './stream-writer.ts';

/** @internal What is needed of a program that execa runs. */
export interface Child {
  readonly pid?: number | undefined;
  readonly stdin?: Writable | null;
  readonly stdout?: Readable | null;
  readonly stderr?: Readable | null;
  readonly all?: Readable | undefined;
  readonly nodeChildProcess: ChildProcess;
  kill(signal?: NodeJS.Signals): boolean;
}

/**
 * A program that runs next to this one.
 *
 * When the task that started it is cancelled, or the run ends, the program is ended too.
 *
 * @see https://docs.python.org/3/library/asyncio-subprocess.html#asyncio.subprocess.Process
 * @example
 * const program = await createSubprocessExec('sort', { stdin: PIPE, stdout: PIPE });
 * const [sorted] = await program.communicate('b\na\n');
 */
export class Process implements AsyncDisposable {
  readonly pid: number;
  /** Writes to the program's input, if that is a pipe. */
  readonly stdin: StreamWriter | undefined;
  /** Reads the program's output, if that is a pipe. */
  readonly stdout: StreamReader | undefined;
  /** Reads the program's error output, if that is a pipe of its own. */
  readonly stderr: StreamReader | undefined;
  readonly #child: Child;
  readonly #exited = new Event();
  #returncode: number | undefined = undefined;

  /** @internal */
  constructor(child: Child, limit: number | undefined) {
    this.#child = child;
    this.pid = child.pid as number;
    this.stdin = child.stdin ? writeTo(child.stdin) : undefined;
    const output = child.all ?? child.stdout;
    this.stdout = output ? readFrom(output, limit) : undefined;
    this.stderr = child.stderr && !child.all ? readFrom(child.stderr, limit) : undefined;
    child.nodeChildProcess.once('exit', (code, signal) => {
      this.#returncode = code ?? -(signal === null ? 0 : constants.signals[signal]);
      this.#exited.set();
    });
  }

  /** The exit status, `-15` and the like after a signal, `undefined` while it runs. */
  get returncode(): number | undefined {
    return this.#returncode;
  }

  /**
   * Waits until it has ended. A full pipe that nobody reads holds it up: use {@link communicate} then.
   *
   * @returns The exit status.
   */
  async wait(): Promise<number> {
    await this.#exited.wait();
    return this.#returncode as number;
  }

  /**
   * Sends input, reads all output and waits until the program has ended. If the caller is cancelled, the program is
   * ended first, since part of its output is gone.
   *
   * @param input Bytes, or a text as UTF-8; the program's input is closed after it.
   * @returns What it wrote to output and error output, `undefined` where that is no pipe.
   */
  async communicate(input?: Uint8Array | string): Promise<[stdout: Buffer | undefined, stderr: Buffer | undefined]> {
    try {
      const [, stdout, stderr] = await gather(
        () => this.#feed(input),
        () => this.stdout?.read(),
        () => this.stderr?.read(),
      );
      await this.wait();
      return [stdout, stderr];
    } catch (error) {
      if (error instanceof CancelledError) await this._end();
      throw error;
    }
  }

  /** Sends a signal to it alone. Does nothing once it has ended. */
  sendSignal(signal: NodeJS.Signals): void {
    if (this.#returncode === undefined) process.kill(this.pid, signal);
  }

  /** Asks it to end, by SIGTERM. */
  terminate(): void {
    this.sendSignal('SIGTERM');
  }

  /** Ends it at once, by SIGKILL, and the programs that it started. */
  kill(): void {
    if (this.#returncode === undefined) this.#child.kill('SIGKILL');
  }

  /** Ends it, if it runs, and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this._end();
  }

  [inspect.custom](): string {
    return `Process { pid ${this.pid}, ${this.#returncode === undefined ? 'running' : `returncode ${this.#returncode}`} }`;
  }

  /** @internal Says whether it keeps this process alive. */
  _hold(on: boolean): void {
    const { nodeChildProcess, stdin, stdout, stderr } = this.#child;
    for (const each of [nodeChildProcess, stdin, stdout, stderr] as (Partial<Socket> | null | undefined)[]) {
      if (on) each?.ref?.();
      else each?.unref?.();
    }
  }

  /** @internal Ends it and all that it started: asks first, and insists after a while. Waits whatever happens to the task. */
  _end(): Promise<void> {
    if (this.#returncode !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#child.nodeChildProcess.once('exit', () => resolve());
      this.#child.kill();
    });
  }

  async #feed(input: Uint8Array | string | undefined): Promise<void> {
    const { stdin } = this;
    if (stdin === undefined) return;
    try {
      if (input !== undefined) stdin.write(input);
      await stdin.drain();
    } catch (error) {
      // The program need not read its input.
      if (!isBroken(error)) throw error;
    }
    stdin.close();
  }
}

function isBroken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_BROKEN_PIPE';
}
