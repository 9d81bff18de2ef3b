/**
 * Node's own methods that read and write text without looking at an encoding's name: several times faster than
 * `toString` and `write` on short texts. They are on every Buffer, though Node's documentation leaves them out.
 */
interface RawText {
  latin1Slice(start?: number, end?: number): string;
  ucs2Slice(start?: number, end?: number): string;
  latin1Write(text: string, offset?: number, length?: number): number;
  ucs2Write(text: string, offset?: number, length?: number): number;
  utf8Write(text: string, offset?: number, length?: number): number;
}

/** Sees a Buffer's fast text methods. */
export function rawText(buffer: Buffer): Buffer & RawText {
  return buffer as Buffer & RawText;
}
