import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Has V8 collect what nobody refers to any more. */
export const collectGarbage = runInNewContext('gc') as () => void;
