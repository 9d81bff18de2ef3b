import { checkOptions } from '@weft/core/lowlevel';
import { Connection } from './connection.ts';
import { Mailbox } from './internal/mailbox.ts';
import { PipeTransport } from './internal/pipe-transport.ts';

/** So many bytes may be on their way before `send` waits. */
const MAX_BYTES = 256 * 1024;

/**
 * Makes a pipe: two connected ends, which may be sent to other processes.
 *
 * @param options Without `duplex`, the first end only receives and the second only sends.
 * @returns The two ends.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Pipe
 * @example
 * const [parent, child] = Pipe();
 * new Process({ target: serve, args: [child] }).start();
 * await parent.recv();
 */
export function Pipe(options: { duplex?: boolean } = {}): [Connection, Connection] {
  checkOptions('make a pipe', options);
  const there = Mailbox.create(0, MAX_BYTES);
  const back = (options.duplex ?? true) ? Mailbox.create(0, MAX_BYTES) : undefined;
  return [new Connection(new PipeTransport(there, back)), new Connection(new PipeTransport(back, there))];
}
