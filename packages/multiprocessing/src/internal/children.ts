import type { Process } from '../process.ts';
import { block } from './block.ts';

/** How long children have to end when this process does, in milliseconds; then they are killed. */
const GRACE = 1000;

const children = new Set<Process>();
let hooked = false;

/** Takes a child into the list of those that live. */
export function addChild(child: Process): void {
  children.add(child);
  if (hooked) return;
  hooked = true;
  process.on('exit', endChildren);
}

/** Takes a child off the list. */
export function removeChild(child: Process): void {
  children.delete(child);
}

/** The children that were alive when last looked at. */
export function listChildren(): Process[] {
  return [...children];
}

// Those that are not daemons hold the loop, so they live here only if the exit was forced.
function endChildren(): void {
  const left = listChildren().filter((child) => child.isAlive());
  for (const child of left) child.terminate();
  for (const end = performance.now() + GRACE; performance.now() < end && left.some((child) => child.isAlive());)
    block(1);
  for (const child of left) if (child.isAlive()) child.kill();
}
