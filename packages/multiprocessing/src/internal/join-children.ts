import { activeChildren } from '../current-process.ts';

/** Waits for the children of this process that are no daemons, before it ends although something else may be left. */
export async function joinChildren(): Promise<void> {
  for (const child of activeChildren()) if (!child.daemon) await child.join();
}
