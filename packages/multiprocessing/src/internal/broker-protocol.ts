import { basename } from 'node:path';

/** What is asked of the broker: a name and its arguments, in one frame; each is answered by one frame. */
export type BrokerRequest =
  | readonly ['hello', agent: number]
  | readonly ['bell', client: number]
  | readonly ['create', kind: number, state: readonly number[], extra: number]
  | readonly ['open', cell: number, received: boolean]
  | readonly ['send', cell: number]
  | readonly ['takeBack', cell: number]
  | readonly ['leave', cell: number]
  | readonly ['run', cell: number, operation: number, value: number, wake: number, bytes: Uint8Array | undefined]
  | readonly ['load', cell: number, at: number]
  | readonly ['agent', cell: number, member: number]
  | readonly ['sleep', cell: number, slot: number, state: number, milliseconds: number]
  | readonly ['read', cell: number, offset: number, length: number]
  | readonly ['write', cell: number, offset: number, bytes: Uint8Array]
  | readonly ['createBlock', name: string, size: number]
  | readonly ['openBlock', name: string]
  | readonly ['unlinkBlock', name: string];

/** What it answers. */
export type BrokerReply =
  | { readonly value: number; readonly bytes?: Uint8Array | undefined; readonly other?: number }
  | { readonly error: string; readonly code: string | undefined };

/** The pipe at which the broker hears of clients, and what their own pipes are called after. */
export const DOOR = 'door';
export const REQUESTS = '.requests';
export const REPLIES = '.replies';
export const BELL = '.bell';

/** What the broker listens at where there are no FIFOs. */
export function pipeName(folder: string): string {
  return `\\\\.\\pipe\\${basename(folder)}`;
}
