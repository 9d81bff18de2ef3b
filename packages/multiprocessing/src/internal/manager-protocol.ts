import type { TargetReference } from '@weft/core/lowlevel';
import type { Address } from './address.ts';

/**
 * What a client asks of a manager's server. `id` comes back with the reply.
 *
 * Arguments, results and errors are encoded by themselves: one that cannot be read fails its own call, and not the connection.
 */
export type Request =
  | {
      readonly kind: 'create';
      readonly id: number;
      readonly type: string | TargetReference;
      readonly args: Uint8Array;
      readonly exposed: readonly string[] | undefined;
    }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly object: number;
      readonly method: string;
      readonly args: Uint8Array;
      /** Whether the last argument had a signal, which stays with the client. */
      readonly signalled: boolean;
    }
  | { readonly kind: 'next' | 'return'; readonly id: number; readonly iterator: number }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'unguard'; readonly id: number; readonly guard: number }
  /** A proxy was sent, or has arrived. */
  | { readonly kind: 'export' | 'claim'; readonly object: number; readonly crossing: number }
  | { readonly kind: 'release'; readonly object: number }
  | { readonly kind: 'count'; readonly id: number }
  /** The client ends in the normal way. */
  | { readonly kind: 'bye' };

/** What the server answers. */
export type Reply =
  | { readonly id: number; readonly value: Uint8Array }
  | { readonly id: number; readonly error: Uint8Array }
  /** The object was made. */
  | { readonly id: number; readonly object: number; readonly iterable: boolean }
  /** The method gave a guard, which stays with the server. */
  | { readonly id: number; readonly guard: number; readonly abandoned: boolean }
  /** The method gave an iterator, which stays with the server. */
  | { readonly id: number; readonly iterator: number };

/** What the one who starts a server tells it. */
export interface Preparation {
  readonly address: Address | undefined;
  readonly authkey: string;
  readonly initializer: TargetReference | undefined;
  /** Encoded. */
  readonly initargs: string;
}

/** What a proxy stands for: the key stays at home. */
export interface ProxyState {
  readonly address: Address;
  readonly object: number;
  readonly type: string;
  /** Whether a manager makes it by name: then its methods return at once, or are waits that can be ended. */
  readonly isOwn: boolean;
}

/** What a proxy crosses with. */
export interface SentProxy extends ProxyState {
  /** Another number each time. The server hears of each crossing from both sides. */
  readonly crossing: number;
}
