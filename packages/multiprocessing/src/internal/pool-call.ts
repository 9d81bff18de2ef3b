import type { Task } from '@weft/core/scheduler';
import { type Boxes, PARCEL_SIZE, type Parcel, rawBytes, rawKind } from './channel-parcels.ts';
import { Chunk } from './pool-chunk.ts';
import { Order } from './pool-protocol.ts';
import { encodeValue } from './pool-values.ts';

/** Makes the arguments of a task ready to cross: in its payload, of the kind that it is given. */
export function prepareCall(task: Task, args: readonly unknown[], boxes: Boxes): void {
  const [first] = args;
  if (args.length !== 1) {
    task.kind = Order.CallSpread;
    task.payload = boxed(encodeValue(args, 'args'), boxes);
  } else if (typeof first === 'number') {
    task.kind = Order.CallNumbers;
    task.payload = first;
  } else if (typeof first === 'string' && first.length < PARCEL_SIZE / 2) {
    // A text does not change: it is encoded when it is sent, and where it is sent from.
    task.kind = Order.Call;
    task.payload = first;
  } else if (Chunk.is(first)) {
    prepareChunk(task, first, boxes);
  } else {
    task.kind = Order.Call;
    const raw = rawKind(first);
    task.payload =
      (raw > 0 ? boxes.pack(rawBytes(first), raw) : undefined) ?? boxed(encodeValue(first, 'args[0]'), boxes);
  }
}

function prepareChunk(task: Task, chunk: Chunk, boxes: Boxes): void {
  const encoded = chunk.encode();
  if (encoded === 'numbers') {
    task.kind = Order.MapNumbers;
    task.payload = chunk.items;
    return;
  }
  task.kind = chunk.spread ? Order.Starmap : Order.Map;
  task.payload = boxed(encoded, boxes);
}

function boxed(bytes: Buffer, boxes: Boxes): Buffer | Parcel {
  return boxes.pack(bytes, 0) ?? bytes;
}
