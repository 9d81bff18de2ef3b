import process from 'node:process';
import { startServer } from '../serve/server.ts';
import { UsageError } from '../usage-error.ts';

const HIGHEST_PORT = 65_535;

const REASONS: Record<string, string> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'that is not allowed',
};

/**
 * Serves the live page until the program is interrupted.
 *
 * @param port Where to listen; left out, any free port.
 * @throws {UsageError} If that is no port, or none to listen on.
 */
export async function serve(port = '0'): Promise<void> {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > HIGHEST_PORT) throw new UsageError(`There is no port '${port}'`);
  const { url } = await startServer(number).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === 'listen'
      ? new UsageError(`Cannot listen on port ${port}: ${REASONS[error.code ?? ''] ?? error.message}`)
      : error;
  });
  console.log(`${url} (only for this machine; Ctrl-C ends it)`);
  if (process.stdout.isTTY) console.log('Move the sliders, run, and replay what happened.');
}
