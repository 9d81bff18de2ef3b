import { fileURLToPath } from 'node:url';

// Programs stand side by side, here and where this is built.

/** The program of a child. */
export const CHILD_ENTRY: string = fileURLToPath(new URL('./child.js', import.meta.url));

/** The program of a manager's server. */
export const MANAGER_ENTRY: string = fileURLToPath(new URL('./manager-server.js', import.meta.url));

/** The program of the broker. */
export const BROKER_ENTRY: string = fileURLToPath(new URL('./broker.js', import.meta.url));
