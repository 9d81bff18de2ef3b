import { fstatSync } from 'node:fs';
import { type Libc, libc } from './libc.ts';
import type { MemoryBlock } from './memory-block.ts';
import { checkName } from './memory-name.ts';
import { newName } from './resource-tracker.ts';

const READ_WRITE_CREATE = 0o2000302;
const READ_WRITE = 0o2000002;
const MAP_READ_WRITE = 3;
const MAP_SHARED = 1;
const EEXIST = 17;
const ENOENT = 2;
const ENODATA = 61;

interface Mapping {
  readonly address: number;
  readonly size: number;
}

/** Unmaps what nobody can reach any more: the segment's buffer, and so every view of it, is gone. */
const unreachable = new FinalizationRegistry<Mapping>(({ address, size }) => library().munmap(address, size));

/**
 * A piece of memory that several processes see at once, by its name.
 *
 * Its pages are reserved when it is made: a full file system is an error here and not a fatal signal later.
 */
export class Segment implements MemoryBlock {
  readonly name: string;
  readonly buffer: ArrayBuffer;
  /** Where it is mapped, for system calls. */
  readonly address: number;
  readonly size: number;
  #open = true;
  #bytes: Uint8Array | undefined;

  private constructor(name: string, mapping: Mapping) {
    this.name = name;
    this.address = mapping.address;
    this.size = mapping.size;
    this.buffer = immovable(library().view(mapping.address, mapping.size));
    unreachable.register(this.buffer, mapping, this);
  }

  /**
   * Makes a segment, filled with zeros.
   *
   * @param size In bytes.
   * @param name What others open it by; a new one if left out.
   * @throws {Error} With the code `EEXIST` if the name is taken, `ENOSPC` if there is not enough memory.
   */
  static create(size: number, name: string = newName()): Segment {
    const { shmOpen, shmUnlink, posixFallocate, close } = library();
    const fd = shmOpen(pathOf(name), READ_WRITE_CREATE, 0o600);
    if (fd < 0) throw systemError('create', name, library().errno());
    try {
      const failure = posixFallocate(fd, 0, size);
      if (failure !== 0) {
        shmUnlink(pathOf(name));
        throw systemError(`reserve ${size} bytes for`, name, failure);
      }
      return new Segment(name, map(name, fd, size));
    } finally {
      close(fd);
    }
  }

  /**
   * Opens a segment that another process made, or this one.
   *
   * @throws {Error} With the code `ENOENT` if there is none of this name.
   */
  static open(name: string): Segment {
    const fd = library().shmOpen(pathOf(name), READ_WRITE, 0o600);
    if (fd < 0) throw systemError('open', name, library().errno());
    try {
      const { size } = fstatSync(fd);
      if (size === 0) throw systemError('open', name, ENODATA);
      return new Segment(name, map(name, fd, size));
    } finally {
      library().close(fd);
    }
  }

  /** Maps a file that is open. It has no name. */
  static over(fd: number): Segment {
    return new Segment('', map('', fd, fstatSync(fd).size));
  }

  get bytes(): Uint8Array {
    // What was detached cannot be seen any more.
    this.#bytes ??= this.#open ? new Uint8Array(this.buffer) : new Uint8Array();
    return this.#bytes;
  }

  read(offset: number, length: number): Buffer {
    return Buffer.from(this.buffer, offset, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset);
  }

  /** Whether the memory is still mapped here. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Unmaps it here; views of it become empty. Others keep it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    // Older than Node 22: views cannot be ended, so the memory stays until nobody can reach them.
    const { transfer } = ArrayBuffer.prototype as Partial<ArrayBuffer>;
    if (transfer === undefined) return;
    unreachable.unregister(this);
    // Detach first: reading unmapped memory would end the process.
    transfer.call(this.buffer, 0);
    library().munmap(this.address, this.size);
  }

  /**
   * Removes the name. The memory lives on for those who have it open.
   *
   * @throws {Error} With the code `ENOENT` if it is gone already.
   */
  unlink(): void {
    if (library().shmUnlink(pathOf(this.name)) < 0) throw systemError('unlink', this.name, library().errno());
  }
}

// Moved to another buffer, it would be unmapped under that one's views.
function immovable(buffer: ArrayBuffer): ArrayBuffer {
  const refuse = (): never => {
    throw new TypeError('Cannot move the memory of a buffer that other processes see');
  };
  return Object.defineProperties(buffer, { transfer: { value: refuse }, transferToFixedLength: { value: refuse } });
}

/** Whether processes can share memory here. */
export function canShareMemory(): boolean {
  return libc() !== undefined;
}

function library(): Libc {
  const found = libc();
  if (found === undefined) throw new Error('Cannot map shared memory: it cannot be had on this system');
  return found;
}

function map(name: string, fd: number, size: number): Mapping {
  const address = library().mmap(0, size, MAP_READ_WRITE, MAP_SHARED, fd, 0);
  if (address === -1) throw systemError('map', name, library().errno());
  return { address, size };
}

function pathOf(name: string): string {
  return `/${checkName(name)}`;
}

const CODES: Record<number, readonly [code: string, reason: string]> = {
  [ENOENT]: ['ENOENT', 'there is none of this name'],
  [EEXIST]: ['EEXIST', 'the name is taken'],
  [ENODATA]: ['ENODATA', 'it is empty; whoever makes it may not be done'],
  13: ['EACCES', 'this user may not'],
  28: ['ENOSPC', 'there is not enough shared memory'],
  12: ['ENOMEM', 'there is not enough memory'],
  24: ['EMFILE', 'too many files are open'],
};

function systemError(action: string, name: string, errno: number): Error {
  const [code, reason] = CODES[errno] ?? [`ERRNO_${errno}`, `error ${errno}`];
  return Object.assign(new Error(`Cannot ${action} the shared memory ${JSON.stringify(name)}: ${reason}`), {
    code,
    errno: -errno,
  });
}
