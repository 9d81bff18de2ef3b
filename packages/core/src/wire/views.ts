/** A class of views: a typed array, or DataView. */
export type ViewClass = new (buffer: ArrayBufferLike, offset?: number, length?: number) => ArrayBufferView;

// Node before 24 has no Float16Array.
const { Float16Array } = globalThis as { Float16Array?: ViewClass };

/** Every class of views that this Node has. A view crosses by its class's place in this list: new ones go to the end. */
export const VIEW_CLASSES: readonly ViewClass[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  ...(Float16Array === undefined ? [] : [Float16Array]),
];

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tag = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get;

/** The name of a view's built-in class, also where it is of a class that extends it. */
export function viewName(view: ArrayBufferView): string {
  return (tag?.call(view) as string | undefined) ?? 'DataView';
}
