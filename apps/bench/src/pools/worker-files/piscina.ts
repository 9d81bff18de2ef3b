import { move } from 'piscina';

export { echo, grind, increment, incrementLater, spin } from '../tasks.ts';

export function echoMoved(bytes: Uint8Array<ArrayBuffer>): unknown {
  return move(bytes.buffer);
}
