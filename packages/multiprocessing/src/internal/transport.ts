import type { WaitOptions } from '@weft/core';

/** How long a blocking wait may last. */
export interface SyncOptions {
  timeout?: number | undefined;
}

/** What carries a connection's messages. */
export interface Transport {
  readonly readable: boolean;
  readonly writable: boolean;
  /** What its printed form says besides. */
  readonly label: string;
  /** Sends a message; done when the other side, or the memory between, has taken it. */
  send(bytes: Uint8Array, options: WaitOptions): Promise<void>;
  sendSync(bytes: Uint8Array, options: SyncOptions): void;
  receive(options: WaitOptions): Promise<Buffer>;
  receiveSync(options: SyncOptions): Buffer;
  /** Waits until `receive` would not have to. */
  poll(options: WaitOptions): Promise<boolean>;
  pollSync(options: SyncOptions): boolean;
  /** Ends all waits with an error, and the connection. */
  close(): void;
  /** What it crosses with. */
  toWire(): unknown;
}
