const MAX_NAME = 255;

/**
 * Checks the name of shared memory, which may be that of a file.
 *
 * @throws {TypeError} If it is no string.
 * @throws {RangeError} If no file can have it.
 */
export function checkName(name: string): string {
  if (typeof name !== 'string')
    throw new TypeError(`Cannot use ${String(name)} as the name of shared memory: it must be a string`);
  if (
    name === '' ||
    name === '.' ||
    name === '..' ||
    name.includes('/') ||
    name.includes('\0') ||
    Buffer.byteLength(name) > MAX_NAME
  ) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(name)} as the name of shared memory: it must be a file name of at most ${MAX_NAME} bytes`,
    );
  }
  return name;
}
