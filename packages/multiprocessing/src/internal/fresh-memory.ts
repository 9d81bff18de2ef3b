import { countLarge } from '@weft/core/lowlevel';
import { type Foreign, loadBinary } from './libc.ts';

/** From so many bytes on it is worth asking for large pages. */
export const LARGE = 1 << 22;
const PAGE = 4096;
const MADV_HUGEPAGE = 14;
const M_TRIM_THRESHOLD = -1;
const M_MMAP_MAX = -4;
/** How much free memory, at its end, the C library keeps for what is allocated next. */
const KEPT = 1 << 28;

interface Binding {
  address(memory: Uint8Array): bigint;
  madvise(memory: Uint8Array, length: number, advice: number): number;
  /** Only the C library of GNU has it. */
  mallopt: ((option: number, value: number) => number) | undefined;
}

let found: Binding | false | undefined;

/**
 * Copies bytes into memory of their own. What takes the time there are the page faults: where the system has larger
 * pages, a large copy asks for them and takes a third.
 */
export function copyOut(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  if (bytes.length >= LARGE) advise(own);
  own.set(bytes);
  countLarge(bytes.length);
  return own;
}

/**
 * Has this process keep the memory of large values that it lets go of, for the next ones: giving it back and getting it
 * again, page by page, costs more than the copies do. For workers only: a program's own process is not ours to tune.
 */
export function keepFreedMemory(): void {
  if (keepsFreed) return;
  keepsFreed = true;
  const mallopt = binding()?.mallopt;
  mallopt?.(M_MMAP_MAX, 0);
  mallopt?.(M_TRIM_THRESHOLD, KEPT);
}

let keepsFreed = false;

function advise(memory: Buffer): void {
  const system = binding();
  if (system === undefined) return;
  const offset = (PAGE - (Number(system.address(memory)) % PAGE)) % PAGE;
  const length = (memory.length - offset) & ~(PAGE - 1);
  system.madvise(memory.subarray(offset), length, MADV_HUGEPAGE);
}

function binding(): Binding | undefined {
  if (found === undefined) {
    try {
      found = process.platform === 'linux' && process.env['WEFT_SHARED_MEMORY'] !== 'broker' && bind();
    } catch {
      found = false;
    }
  }
  return found || undefined;
}

function bind(): Binding | false {
  const koffi = loadBinary() as (ReturnType<typeof loadBinary> & Pick<Binding, 'address'>) | undefined;
  if (koffi === undefined) return false;
  const library = koffi.load(null);
  const madvise = library.func(
    'int madvise(void *address, size_t length, int advice)',
  ) as unknown as Binding['madvise'];
  return { address: (memory) => koffi.address(memory), madvise, mallopt: tuningOf(library) };
}

function tuningOf(library: { func(declaration: string): Foreign }): Binding['mallopt'] {
  try {
    return library.func('int mallopt(int option, int value)');
  } catch {
    return undefined;
  }
}
