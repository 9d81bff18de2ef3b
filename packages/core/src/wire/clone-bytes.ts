import { types } from 'node:util';
import { countLarge } from '../internal/young-memory.ts';
import { VIEW_CLASSES, type ViewClass, viewName } from './views.ts';

/**
 * Writes a value as structured clone sees it.
 *
 * A view of a whole buffer crosses with the buffer, so that several views of one buffer arrive as that. A view of a part
 * takes its part only, as the rest may be large, or somebody else's; unless the whole buffer has come before it.
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
  const deserializer = new (classes().CloneDeserializer)(bytes);
  deserializer.readHeader();
  const value: unknown = deserializer.readValue();
  countLarge(bytes.length);
  return value;
}

/** How a view is written: its part of the buffer, the buffer, the buffer whose length it follows, or where it lies in it. */
export const Form = { Part: 0, Whole: 1, Tracking: 2, Within: 3 } as const;

const numbers = new Map(VIEW_CLASSES.map((type, number) => [type.name, number]));

let made: ReturnType<typeof makeClasses> | undefined;

// Made when first used: `node:v8` loads Node's streams, some milliseconds that a program's first thread would wait for.
function classes(): ReturnType<typeof makeClasses> {
  return (made ??= makeClasses());
}

function makeClasses() {
  const { Deserializer, Serializer } = process.getBuiltinModule('node:v8');

  class CloneSerializer extends Serializer {
    /** The buffers that were written as a whole. */
    readonly #wholes = new Set<unknown>();

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
      this.writeUint32(numbers.get(viewName(view)) ?? 0);
      if (byteLength === buffer.byteLength) {
        this.writeUint32((buffer as ArrayBuffer).resizable ? Form.Tracking : Form.Whole);
        this.writeValue(buffer);
        this.#wholes.add(buffer);
      } else if (this.#wholes.has(buffer)) {
        this.writeUint32(Form.Within);
        this.writeUint32(byteOffset);
        this.writeUint32(byteLength);
        this.writeValue(buffer);
      } else {
        this.writeUint32(Form.Part);
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
      if (form === Form.Part) {
        const part = new Uint8Array(this.readRawBytes(this.readUint32()));
        return new type(part.buffer, 0, part.byteLength / sizeOf(type));
      }
      const [offset, length] = form === Form.Within ? [this.readUint32(), this.readUint32()] : [0, undefined];
      const buffer: unknown = this.readValue();
      if (!types.isArrayBuffer(buffer)) throw new TypeError('A view has no buffer');
      if (form === Form.Tracking) return new type(buffer);
      return new type(buffer, offset, (length ?? buffer.byteLength) / sizeOf(type));
    }
  }

  return { CloneSerializer, CloneDeserializer };
}

function sizeOf(type: ViewClass): number {
  return (type as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
}
