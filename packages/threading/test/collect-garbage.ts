import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Has V8 collect what nobody refers to any more. */
export const collectGarbage = runInNewContext('gc') as () => void;

/** Does so in a thread, once that has come to rest: an exported function for it to call. */
export async function collectThere(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
}
