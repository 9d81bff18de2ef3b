import type { Task } from '@weft/core/lowlevel';
import { Chunk } from './pool-chunk.ts';
import { Order } from './pool-protocol.ts';
import { encodeValue } from './pool-values.ts';

/** Makes the arguments of a task ready to cross: in its payload, of the kind that it is given. */
export function prepareCall(task: Task, args: readonly unknown[]): void {
  const [first] = args;
  if (args.length !== 1) {
    task.kind = Order.CallSpread;
    task.payload = encodeValue(args, 'args');
  } else if (typeof first === 'number') {
    task.kind = Order.CallNumbers;
    task.payload = first;
  } else if (first instanceof Chunk) {
    prepareChunk(task, first);
  } else {
    task.kind = Order.Call;
    task.payload = encodeValue(first, 'args[0]');
  }
}

function prepareChunk(task: Task, { items, spread }: Chunk): void {
  if (!spread && items.every((item) => typeof item === 'number')) {
    task.kind = Order.MapNumbers;
    task.payload = items;
    return;
  }
  task.kind = spread ? Order.Starmap : Order.Map;
  task.payload = encodeValue(items, 'items');
}
