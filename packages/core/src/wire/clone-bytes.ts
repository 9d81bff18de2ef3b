import { types } from 'node:util';
import { refuseVastArrays } from './vast-arrays.ts';
import { VIEW_CLASSES, type ViewClass, viewName } from './views.ts';

/**
 * Writes a value as structured clone sees it.
 *
 * A view of a whole buffer crosses with the buffer, so that several views of one buffer arrive as that. A view of a part
 * takes its part only: the rest may be large, or somebody else's.
 *
 * @param prefix What the bytes begin with; the reader must be given what follows it.
 */
export function cloneToBytes(value: unknown, prefix: Uint8Array): Buffer {
  const serializer = new (classes().CloneSerializer)();
  serializer.writeRawBytes(prefix);
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/**
 * Reads what {@link cloneToBytes} wrote. Nothing of the value lies in the memory of the bytes.
 *
 * @throws If the bytes are damaged.
 */
export function cloneFromBytes(bytes: Uint8Array): unknown {
  refuseVastArrays(bytes);
  const deserializer = new (classes().CloneDeserializer)(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** How a view is written: its part of the buffer, the buffer, or the buffer whose length it follows. */
const Form = { Part: 0, Whole: 1, Tracking: 2 } as const;

const numbers = new Map(VIEW_CLASSES.map((type, number) => [type.name, number]));

let made: ReturnType<typeof makeClasses> | undefined;

// Made when first used: `node:v8` loads Node's streams, some milliseconds that a program's first thread would wait for.
function classes(): ReturnType<typeof makeClasses> {
  return (made ??= makeClasses());
}

function makeClasses() {
  const { Deserializer, Serializer } = process.getBuiltinModule('node:v8');

  class CloneSerializer extends Serializer {
    constructor() {
      super();
      (
        this as unknown as { _setTreatArrayBufferViewsAsHostObjects(on: boolean): void }
      )._setTreatArrayBufferViewsAsHostObjects(true);
    }

    _writeHostObject(view: object): void {
      if (!ArrayBuffer.isView(view))
        throw new TypeError(`${view.constructor?.name ?? 'The object'} could not be cloned`);
      const { buffer, byteOffset, byteLength } = view;
      const whole = byteLength === buffer.byteLength;
      this.writeUint32(numbers.get(viewName(view)) ?? 0);
      this.writeUint32(whole ? ((buffer as ArrayBuffer).resizable ? Form.Tracking : Form.Whole) : Form.Part);
      if (whole) {
        this.writeValue(buffer);
      } else {
        this.writeUint32(byteLength);
        this.writeRawBytes(new Uint8Array(buffer, byteOffset, byteLength));
      }
    }

    get _getDataCloneError(): ErrorConstructor {
      return Error;
    }
  }

  class CloneDeserializer extends Deserializer {
    _readHostObject(): ArrayBufferView {
      const type = VIEW_CLASSES[this.readUint32()];
      if (type === undefined) throw new TypeError('There is no such view');
      const form = this.readUint32();
      if (form !== Form.Part) {
        const buffer: unknown = this.readValue();
        if (!types.isArrayBuffer(buffer)) throw new TypeError('A view has no buffer');
        return form === Form.Tracking ? new type(buffer) : new type(buffer, 0, buffer.byteLength / sizeOf(type));
      }
      const part = new Uint8Array(this.readRawBytes(this.readUint32()));
      return new type(part.buffer, 0, part.byteLength / sizeOf(type));
    }
  }

  return { CloneSerializer, CloneDeserializer };
}

function sizeOf(type: ViewClass): number {
  return (type as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
}
