import { inspect } from 'node:util';
import { InvalidStateError, type Medium, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { type MemoryBlock, createBlock, openBlock } from './internal/memory-block.ts';
import { checkName } from './internal/memory-name.ts';
import { SHARED_MEMORY_FOLDER, track } from './internal/resource-tracker.ts';
import { canShareMemory } from './internal/segment.ts';

/** How a block is made or opened. */
export interface SharedMemoryOptions {
  /** What others open it by; a new name if left out. */
  name?: string | undefined;
  /** Makes a block, rather than opening one. */
  create?: boolean | undefined;
  /** How many bytes a new block has. */
  size?: number | undefined;
  /** Whether a block that nobody unlinks goes with the processes that made it; `true` if left out. */
  track?: boolean | undefined;
}

/** Forgets the names of blocks made here, by name. */
const tracked = new Map<string, () => void>();

/**
 * A block of memory that processes share under a name.
 *
 * @see https://docs.python.org/3/library/multiprocessing.shared_memory.html
 * @example
 * using block = new SharedMemory({ create: true, size: 1024 });
 * block.buf[0] = 42;
 */
export class SharedMemory {
  static {
    task(import.meta, this);
  }
  readonly #block: MemoryBlock;
  readonly #owner: boolean;

  /**
   * @throws {TypeError} If a block is opened without a name, or the name is no string.
   * @throws {RangeError} If a new block's size is missing or below 1, or the name cannot be a file's.
   * @throws {Error} With the code `EEXIST` if the name is taken, `ENOENT` if there is no such block, `ENOSPC` if there
   *   is not enough memory.
   */
  constructor(options: SharedMemoryOptions = {}) {
    checkOptions('open shared memory', options);
    const { name, create = false, size } = options;
    if (!create && name === undefined) throw new TypeError('Cannot open shared memory without a name');
    if (name !== undefined) checkName(name);
    if (create && !(Number.isSafeInteger(size) && (size as number) > 0)) {
      throw new RangeError(`Cannot make shared memory of ${size} bytes: it must be a whole number from 1 on`);
    }
    this.#owner = create;
    this.#block = create ? createBlock(size as number, name) : openBlock(name as string);
    if (create && name !== undefined && options.track !== false && canShareMemory())
      tracked.set(name, track(`${SHARED_MEMORY_FOLDER}/${name}`));
  }

  /** Its bytes, seen by all at once. Empty once it is closed here. */
  get buf(): Uint8Array {
    return this.#block.bytes;
  }

  /** What others open it by. */
  get name(): string {
    return this.#block.name;
  }

  /** How many bytes it has. */
  get size(): number {
    return this.#block.size;
  }

  /**
   * Some of its bytes.
   *
   * @throws {InvalidStateError} If it is closed here.
   * @throws {RangeError} If it has no such bytes.
   */
  read(offset: number, length: number): Buffer {
    const block = this.#opened('read');
    this.#checkRange('read', offset, length);
    return block.read(offset, length);
  }

  /**
   * Changes some of its bytes.
   *
   * @throws {InvalidStateError} If it is closed here.
   * @throws {RangeError} If they do not fit: then nothing changes.
   * @throws {TypeError} If `bytes` are none.
   */
  write(offset: number, bytes: Uint8Array): void {
    const block = this.#opened('write');
    if (!(bytes instanceof Uint8Array))
      throw new TypeError(`Cannot write ${inspect(bytes, { depth: 0 })}: it must be a Uint8Array`);
    this.#checkRange('write', offset, bytes.length);
    block.write(offset, bytes);
  }

  /** Gives it up here; others keep it. Views of it become empty. */
  close(): void {
    this.#block.close();
  }

  /**
   * Removes the name, so that nobody can open it any more; those who have it open keep it.
   *
   * @throws {Error} With the code `ENOENT` if that was done before.
   */
  unlink(): void {
    this.#block.unlink();
    tracked.get(this.name)?.();
    tracked.delete(this.name);
  }

  /** Closes it; whoever made it unlinks it too. */
  [Symbol.dispose](): void {
    this.close();
    if (!this.#owner) return;
    try {
      this.unlink();
    } catch {
      // Somebody else did.
    }
  }

  [inspect.custom](): string {
    return `SharedMemory { ${this.name}, ${this.size} bytes${this.#block.isOpen ? '' : ', closed'} }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.name;
  }

  static [fromWire](name: string): SharedMemory {
    return new SharedMemory({ name });
  }

  #checkRange(action: string, offset: number, length: number): void {
    if (isCount(offset) && isCount(length) && offset + length <= this.size) return;
    const where = `the shared memory ${this.name}`;
    throw new RangeError(`Cannot ${action} ${length} bytes from ${offset} on of ${where}: it has ${this.size}`);
  }

  #opened(action: string): MemoryBlock {
    if (!this.#block.isOpen)
      throw new InvalidStateError(`Cannot ${action} the shared memory ${this.name}: it is closed`);
    return this.#block;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
