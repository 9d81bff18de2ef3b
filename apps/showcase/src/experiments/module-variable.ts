let counter = 0;

/** Adds to a plain variable of this module. */
export function increment(): void {
  counter++;
}

/** Reads the variable where the caller is. */
export function read(): number {
  return counter;
}
