import { BrokeredBlock, isBrokered } from './brokered-block.ts';
import { Segment, canShareMemory } from './segment.ts';

/** A piece of memory that processes share by its name, wherever it is. */
export interface MemoryBlock {
  readonly name: string;
  readonly size: number;
  /** A live view of it. */
  readonly bytes: Uint8Array;
  readonly isOpen: boolean;
  /** Some of its bytes; whether they are a copy is open. */
  read(offset: number, length: number): Buffer;
  write(offset: number, bytes: Uint8Array): void;
  close(): void;
  unlink(): void;
}

/** Makes a block, in shared memory where that can be had and in the broker process otherwise. */
export function createBlock(size: number, name: string | undefined): MemoryBlock {
  return canShareMemory() ? Segment.create(size, name) : BrokeredBlock.create(size, name);
}

/** Opens a block. */
export function openBlock(name: string): MemoryBlock {
  return !canShareMemory() || isBrokered(name) ? BrokeredBlock.open(name) : Segment.open(name);
}
