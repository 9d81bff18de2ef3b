import { transfer } from '@weft/threading';

/** Gives the bytes back by moving them. */
export function echoMoved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transfer(bytes, [bytes.buffer]);
}
