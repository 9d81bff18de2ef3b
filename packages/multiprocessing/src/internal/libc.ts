import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';

/** A function of the C library. */
export type Foreign = (...args: (number | string)[]) => number;

/** What koffi's binary gives, as far as this package needs it. */
export interface Koffi {
  load(path: string | null): { func(declaration: string): Foreign };
  view(address: number, length: number): ArrayBuffer;
  errno(): number;
}

/** The system calls behind shared memory and behind waiting between processes. */
export interface Libc {
  shmOpen(name: string, flags: number, mode: number): number;
  shmUnlink(name: string): number;
  /** Returns an error number, 0 for none; does not set errno. */
  posixFallocate(fd: number, offset: number, length: number): number;
  mmap(address: number, length: number, protection: number, flags: number, fd: number, offset: number): number;
  munmap(address: number, length: number): number;
  close(fd: number): number;
  gettid(): number;
  mkfifo(path: string, mode: number): number;
  errno(): number;
  /** An array buffer over mapped memory. Detach it before the memory is unmapped. */
  view(address: number, length: number): ArrayBuffer;
  /**
   * Sleeps while the word at `address` is `expected`, until it is woken, at most `milliseconds`.
   *
   * It may wake early for no reason.
   */
  futexWait(address: number, expected: number, milliseconds: number): void;
  /** Wakes up to `count` of those who sleep at `address`. */
  futexWake(address: number, count: number): void;
}

const SYS_FUTEX: Partial<Record<NodeJS.Architecture, number>> = {
  x64: 202,
  arm64: 98,
  riscv64: 98,
  loong64: 98,
  ppc64: 221,
};
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const READ_WRITE = 3;
const PRIVATE_ANONYMOUS = 0x22;
const SCRATCH_SIZE = 4096;

let found: Libc | false | undefined;

/**
 * The C library, loaded when first asked for.
 *
 * @returns Nothing where shared memory between processes cannot be had: on another system than Linux, without a
 *   prebuilt binary, or where `WEFT_SHARED_MEMORY=broker` forbids it.
 */
export function libc(): Libc | undefined {
  found ??= process.env['WEFT_SHARED_MEMORY'] !== 'broker' && (tryLoad() ?? false);
  return found || undefined;
}

function tryLoad(): Libc | undefined {
  const sysFutex = SYS_FUTEX[process.arch];
  if (process.platform !== 'linux' || sysFutex === undefined || !hasSharedMemoryFolder()) return undefined;
  const koffi = loadBinary();
  return koffi && bind(koffi, sysFutex);
}

/** Some containers have none, or none that may be written to. */
function hasSharedMemoryFolder(): boolean {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

let binary: { readonly path: string; readonly koffi: Koffi } | false | undefined;

/** Loads the prebuilt binary itself, once: its JavaScript wrapper takes ten times as long. */
export function loadBinary(): Koffi | undefined {
  binary ??= findBinary() ?? false;
  return binary ? binary.koffi : undefined;
}

/** Where the binary is that {@link loadBinary} gives, if it gives one. */
export function binaryPath(): string | undefined {
  return loadBinary() && (binary as { path: string }).path;
}

/** Saves this process the search for the binary, if it can load the one that its parent has. */
export function expectBinary(path: string): void {
  try {
    binary ??= { path, koffi: createRequire(import.meta.url)(path) as Koffi };
  } catch {
    // Children may run with another Node than their parent's, which needs another one: it is searched for.
  }
}

function findBinary(): typeof binary {
  let require: NodeJS.Require;
  try {
    require = createRequire(createRequire(import.meta.url).resolve('koffi'));
  } catch {
    return undefined;
  }
  for (const flavour of ['linux', 'musl']) {
    try {
      const path = require.resolve(`@koromix/koffi-linux-${process.arch}/${flavour}_${process.arch}/koffi.node`);
      return { path, koffi: require(path) as Koffi };
    } catch {
      // The binary for the other C library, or none for this processor.
    }
  }
  return undefined;
}

function bind(koffi: Koffi, sysFutex: number): Libc | undefined {
  try {
    const library = koffi.load(null);
    const declare = (declaration: string): Foreign => {
      try {
        return library.func(declaration);
      } catch {
        // Before glibc 2.34 shared memory was in a library of its own.
        return koffi.load('librt.so.1').func(declaration);
      }
    };
    const mmap = declare(
      'intptr_t mmap(intptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)',
    );
    const futex = declare(
      'long syscall(long number, intptr_t address, int operation, uint32_t value, intptr_t timeout, intptr_t other, uint32_t last)',
    );
    const timespec = mmap(0, SCRATCH_SIZE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
    const time = new BigInt64Array(koffi.view(timespec, 16));
    return {
      shmOpen: declare('int shm_open(const char *name, int flags, uint32_t mode)'),
      shmUnlink: declare('int shm_unlink(const char *name)'),
      posixFallocate: declare('int posix_fallocate(int fd, int64_t offset, int64_t length)'),
      mmap,
      munmap: declare('int munmap(intptr_t address, size_t length)'),
      close: declare('int close(int fd)'),
      gettid: declare('int gettid()'),
      mkfifo: declare('int mkfifo(const char *path, uint32_t mode)'),
      errno: () => koffi.errno(),
      view: (address, length) => koffi.view(address, length),
      futexWait(address, expected, milliseconds) {
        const seconds = Math.floor(milliseconds / 1000);
        time[0] = BigInt(seconds);
        time[1] = BigInt(Math.round((milliseconds - seconds * 1000) * 1e6));
        futex(sysFutex, address, FUTEX_WAIT, expected >>> 0, timespec, 0, 0);
      },
      futexWake(address, count) {
        futex(sysFutex, address, FUTEX_WAKE, count, 0, 0, 0);
      },
    };
  } catch {
    return undefined;
  }
}
