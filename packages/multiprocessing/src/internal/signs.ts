import type { Socket } from 'node:net';
import type { Cell } from './cell.ts';
import { takeBackHandles } from './handles.ts';
import { SIGNS, Sign } from './own-process.ts';

/**
 * Hears what a child says of itself before anything else.
 *
 * @param given What is shared with it: taken back if it has ended, nothing is on its way any more, and it never read that.
 * @param reads Called when it is about to read its arguments, with whether it will end with its parent by itself.
 * @param hasRead Called when it has read them: what they refer to is in its hands.
 */
export function hearSigns(
  channel: Socket,
  given: Cell[],
  reads: (isGuarded: boolean) => void,
  hasRead: () => void,
): void {
  let heard = 0;
  const hear = (signs: Buffer): void => {
    for (const sign of signs.subarray(0, SIGNS - heard)) {
      heard += 1;
      given.length = 0;
      if (sign === Sign.HasRead) hasRead();
      else reads(sign === Sign.Guarded);
    }
    if (heard === SIGNS) channel.off('data', hear);
  };
  channel.on('data', hear);
  channel.once('close', () => takeBackHandles(given));
}
