import { loadBinary } from './libc.ts';

/** From so many bytes on it is worth asking for large pages. */
const LARGE = 1 << 22;
const PAGE = 4096;
const MADV_HUGEPAGE = 14;

interface Binding {
  address(memory: Uint8Array): bigint;
  madvise(memory: Uint8Array, length: number, advice: number): number;
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
  return own;
}

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
  const madvise = koffi
    .load(null)
    .func('int madvise(void *address, size_t length, int advice)') as unknown as Binding['madvise'];
  return { address: (memory) => koffi.address(memory), madvise };
}
