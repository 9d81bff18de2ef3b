import type { CellMemory, Wake } from './cell-memory.ts';
import type { Message } from './message-store.ts';
import type { Typecode, TypedArrayOf } from './typecodes.ts';

/**
 * What can be done with a cell in one step.
 *
 * @param member Who does it.
 * @param value What it is done with.
 * @param wake How it may wait.
 */
export type Operation = (memory: CellMemory, member: number, value: number, wake: Wake) => number;

/** The state of one primitive that several processes share, and this agent's place in it. */
export abstract class Cell {
  /** This agent's number among those who have the cell open. */
  abstract readonly member: number;
  /** The words themselves, where they are mapped into this process. */
  abstract readonly words: Int32Array | undefined;
  /** What all processes know the cell by. */
  abstract readonly name: string;
  /** Whether this agent has to look for those who died. */
  abstract readonly reaps: boolean;

  /** Carries out an operation, alone, and wakes whom it lets go on. */
  abstract run(operation: Operation, value?: number, wake?: Wake, outgoing?: Message): number;

  /** The message that the last operation took; it is handed out once. */
  abstract takeIncoming(): Message;

  /** A word of the state. */
  abstract load(at: number): number;

  /** Sleeps until a slot's state is another one, at most so long. */
  abstract sleep(slot: number, state: number, milliseconds: number): void;

  /** Says how another process opens the cell; its name stays until somebody has. */
  abstract send(): string;

  /** Takes back what {@link send} gave, since nobody will open it. */
  abstract takeBack(): void;

  /** Who a member is, in words. */
  describeMember(member: number): string {
    const agent = this.agentOf(member);
    return agent === 0 ? 'a thread that left' : `process or thread ${agent}`;
  }

  /** The id of a member's thread; 0 if it left. */
  protected abstract agentOf(member: number): number;

  /** What follows the cell, as elements of a type. */
  abstract view<C extends Typecode>(typecode: C, length: number): TypedArrayOf<C>;

  /** Makes bytes a message that the cell takes. */
  abstract prepare(bytes: Uint8Array): Message;

  /** Takes back what {@link prepare} did, if the message was not put. */
  abstract discard(message: Message): void;

  /** The bytes of a message that was taken. */
  abstract unwrap(message: Message): Buffer;
}
