/** Answers whether a {@link Waitable} is ready now. */
export const isReady: unique symbol = Symbol('weft.isReady');

/** Tells when a {@link Waitable} may have become ready. */
export const whenReady: unique symbol = Symbol('weft.whenReady');

/** What `wait` waits for: a connection with something to read, a process that has ended. */
export interface Waitable {
  [isReady](): boolean;
  /**
   * @param callback Called, perhaps more than once, when it may be ready.
   * @returns Stops the calls.
   */
  [whenReady](callback: () => void): () => void;
}
