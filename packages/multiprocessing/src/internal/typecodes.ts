/** The typed arrays behind Python's typecodes, and what their elements are. */
const ARRAYS = {
  /** Bytes, one character each. */
  c: Uint8Array,
  b: Int8Array,
  B: Uint8Array,
  h: Int16Array,
  H: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  l: Int32Array,
  L: Uint32Array,
  q: BigInt64Array,
  Q: BigUint64Array,
  f: Float32Array,
  d: Float64Array,
} as const;

/** A letter for a type of number, as in Python's `array`: `i` is a 32-bit integer, `d` a double, `q` a 64-bit integer. */
export type Typecode = keyof typeof ARRAYS;
/** What an element is in JavaScript: 64-bit integers are bigints. */
export type ElementOf<C extends Typecode> = C extends 'q' | 'Q' ? bigint : number;
/** The live view of shared elements. */
export type TypedArrayOf<C extends Typecode> = InstanceType<(typeof ARRAYS)[C]>;

type AnyArray = TypedArrayOf<Typecode>;

/** How many bytes an element takes. */
export function bytesOf(code: Typecode): number {
  return typeOf(code).BYTES_PER_ELEMENT;
}

/** A view of memory as elements of a type. */
export function viewOf<C extends Typecode>(
  code: C,
  buffer: ArrayBuffer,
  offset: number,
  length: number,
): TypedArrayOf<C> {
  return new (typeOf(code) as new (buffer: ArrayBuffer, offset: number, length: number) => AnyArray)(
    buffer,
    offset,
    length,
  ) as TypedArrayOf<C>;
}

/**
 * Writes an element as C does: integers wrap around.
 *
 * @throws {TypeError} If the value is not of the type.
 */
export function write(code: Typecode, array: AnyArray, index: number, value: unknown): void {
  if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw wrongType(code, value, 'a bigint');
    array[index] = BigInt(value as bigint | number);
    return;
  }
  const isFloat = code === 'd' || code === 'f';
  if (typeof value !== 'number' || (!isFloat && !Number.isInteger(value)))
    throw wrongType(code, value, isFloat ? 'a number' : 'a whole number');
  array[index] = value;
}

/**
 * Elements of a type, in memory of their own.
 *
 * @throws {TypeError} If a value is not of the type.
 */
export function elementsOf<C extends Typecode>(code: C, values: readonly unknown[]): TypedArrayOf<C> {
  const array = viewOf(code, new ArrayBuffer(values.length * bytesOf(code)), 0, values.length);
  values.forEach((value, index) => write(code, array, index, value));
  return array;
}

function typeOf(code: Typecode): (typeof ARRAYS)[Typecode] {
  if (!Object.hasOwn(ARRAYS, code)) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(code)} as a typecode: it must be one of ${Object.keys(ARRAYS).join(' ')}`,
    );
  }
  return ARRAYS[code];
}

function wrongType(code: Typecode, value: unknown, expected: string): TypeError {
  return new TypeError(
    `Cannot store ${typeof value === 'string' ? JSON.stringify(value) : String(value)} as "${code}": it must be ${expected}`,
  );
}
