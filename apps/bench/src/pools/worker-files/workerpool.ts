import workerpool from 'workerpool';
import * as tasks from '../tasks.ts';

workerpool.worker({ ...tasks, echoMoved });

function echoMoved(bytes: Uint8Array<ArrayBuffer>): unknown {
  return new workerpool.Transfer(bytes, [bytes.buffer]);
}
