import type { TargetReference } from '@weft/core/lowlevel';

/** What a child is told before it does anything. It is plain data and travels on the socket, never in `argv` or `env`. */
export interface Preparation {
  name: string;
  /** The numbers that lead to it: of its ancestor among the main process's children, and so on, and its own. */
  identity: number[];
  daemon: boolean;
  /** In base64. */
  authkey: string;
  parent: { pid: number; name: string };
  /** What the process does; nothing if left out. */
  target: TargetReference | undefined;
  /** The class that overrides `run`, which is called instead. */
  type: TargetReference | undefined;
  /** Whether the target itself talks to the parent over the socket, as a pool's worker does. */
  serves: boolean;
  /** Whether the arguments refer to what is shared. */
  shares: boolean;
  /** Where it goes once Node is up, so that the flags it inherits mean what they mean to the parent. */
  cwd: string | undefined;
  /** The native library that the parent has loaded, where this process needs it too. */
  library: string | undefined;
  /**
   * How many bytes of arguments follow, and where: behind this, or in a file on {@link ARGUMENTS_FD}. Of a class that
   * overrides `run`, the last of them are the fields of its object.
   */
  args: { size: number; fields: number; file: boolean };
}

/** Makes the object of a class that extends Process, in the process that it stands for. */
export const asSelf: unique symbol = Symbol('weft.asSelf');

/** What this process knows of itself. */
export interface OwnProcess {
  name: string;
  readonly identity: readonly number[];
  readonly daemon: boolean;
  authkey: Uint8Array | undefined;
  readonly parent: { readonly pid: number; readonly name: string } | undefined;
  /** Whether it is a child that has not called its target yet, but imports what it needs for that. */
  importing: boolean;
  /** How many children it has started. */
  started: number;
}

/**
 * The first bytes that a child sends: that it is about to read its arguments, and will, or may not, end with its parent by
 * itself; and that it has read them.
 */
export const Sign = { Guarded: 1, Unguarded: 2, HasRead: 3 } as const;
/** How many bytes that are. */
export const SIGNS = 2;

/** The descriptor of the socket between a child and its parent, in the child. */
export const CHANNEL_FD = 3;
/** The descriptor of the file with large arguments, in the child. */
export const ARGUMENTS_FD = 4;

let own: OwnProcess = {
  name: 'MainProcess',
  identity: [],
  daemon: false,
  authkey: undefined,
  parent: undefined,
  importing: false,
  started: 0,
};

/** What this process knows of itself; of the main process if nobody told it more. */
export function ownProcess(): OwnProcess {
  return own;
}

/** Makes this process the child that its parent says it is. */
export function becomeChild({ name, identity, daemon, authkey, parent }: Preparation): void {
  own = { name, identity, daemon, parent, authkey: Buffer.from(authkey, 'base64'), importing: true, started: 0 };
}
