/** Thrown when the command line asks for what does not exist; the program says so and ends with status 2. */
export class UsageError extends Error {
  static {
    this.prototype.name = 'UsageError';
  }
}
