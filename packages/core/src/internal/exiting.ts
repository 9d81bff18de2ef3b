let exiting = false;
let watching = false;

/** From the first call on, watches for the end of the process, and says whether it has begun. */
export function isExiting(): boolean {
  if (watching) return exiting;
  watching = true;
  process.prependOnceListener('exit', () => {
    exiting = true;
  });
  return false;
}
