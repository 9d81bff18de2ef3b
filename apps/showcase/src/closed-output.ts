import process from 'node:process';

/** The exit status that a shell gives to a program that wrote into a pipe which nobody reads any more (SIGPIPE). */
const STATUS = 141;

/** Ends the program, without a word, when the reader of its output has gone, as `showcase | head -1` goes. */
export function exitWhenUnread(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(STATUS);
    });
  }
}
