import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/**
 * A gate that threads and processes share: it is a path, and open once a file is there.
 *
 * Whoever waits at it needs nothing but the path: see {@link passFileGate}.
 */
export class FileGate implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'weft-gate-'));
  /** What others need to know of it. */
  readonly path: string = join(this.#folder, 'open');

  /** Whether it is open. */
  get isOpen(): boolean {
    return existsSync(this.path);
  }

  /** Lets everyone through. */
  open(): void {
    writeFileSync(this.path, '');
  }

  /** Waits here until somebody opens it. */
  async pass(): Promise<void> {
    await passFileGate(this.path);
  }

  /** Removes it from the disk; those who wait at it then wait in vain. */
  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Opens the gate at a path. */
export function openFileGate(path: string): void {
  writeFileSync(path, '');
}

/** Waits until the gate at a path is open. */
export async function passFileGate(path: string): Promise<void> {
  await until(() => existsSync(path), `the gate ${path} is open`, 30_000);
}

/** Blocks the thread until the gate at a path is open. */
export function passFileGateSync(path: string): void {
  const end = performance.now() + 30_000;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(path)) {
    if (performance.now() > end) throw new Error(`Cannot see the gate ${path} open within 30 s`);
    Atomics.wait(clock, 0, 0, 2);
  }
}
