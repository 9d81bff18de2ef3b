import process from 'node:process';

/** The exit statuses that a shell gives to programs ended by these signals. */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Ends the program at the first Ctrl-C, with every thread and process that it started, and with the status that shells
 * give to an interrupted program.
 */
export function exitWhenInterrupted(): void {
  for (const [signal, status] of Object.entries(STATUS)) process.once(signal, () => process.exit(status));
}
