import { asTransferError } from './refusals.ts';

/**
 * Empties here what was to move to another process, once its bytes were copied: as between threads. Ports and the like
 * cannot leave the process anyway.
 *
 * @param path What the value is called in errors.
 * @throws {TransferError} If one of the buffers has to stay, or has moved before; then all of them stay.
 */
export function emptyMoved(buffers: readonly object[], path: string): void {
  const moved = new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer));
  if (moved.size === 0) return;
  try {
    structuredClone(undefined, { transfer: [...moved] as ArrayBuffer[] });
  } catch (error) {
    throw asTransferError(error, undefined, path);
  }
}
