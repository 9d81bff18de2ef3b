/** Smaller values are not counted: they cost less than the counting. */
const LEAST = 1 << 16;
/** After so many bytes it is worth asking how much memory is held, in bytes. */
const LOOK_AFTER = 1 << 21;
/** How much more it may be than at its lowest, in bytes. */
const MOST_GROWTH = 1 << 23;

interface Collector {
  collect(options: { type: 'minor' }): void;
  held(): number;
}

let counted = 0;
let lowest = Infinity;
let collector: Collector | undefined;
let triesLeft = 5;

/**
 * Counts the memory of a large binary value that came from elsewhere, and has V8 collect the young objects when much of
 * it has come and not gone.
 *
 * Such a value is a small young object that holds much memory outside of V8's heap. Of that V8 counts the bytes only, and
 * so collects all of its heap for every 64 MB that arrive: of two processes that hand each other megabytes, more than a
 * third of the time. To collect the young objects takes some 40 microseconds and sets nearly all of that memory free.
 *
 * @param bytes How large the value is.
 */
export function countLarge(bytes: number): void {
  if (bytes < LEAST) return;
  counted += bytes;
  if (counted < LOOK_AFTER) return;
  // Then the one before it is as large as all that may be held.
  const isVast = counted >= MOST_GROWTH;
  counted = 0;
  if (collector === undefined) {
    if (triesLeft === 0) return;
    triesLeft -= 1;
    collector = findCollector();
    if (collector === undefined) return;
  }
  const held = collector.held();
  // What was collected is told as held until the next values come, so the lowest is looked for anew.
  if (!isVast && held - lowest < MOST_GROWTH) lowest = Math.min(lowest, held);
  else {
    lowest = Infinity;
    collector.collect({ type: 'minor' });
  }
}

/** V8 gives its collector to a context that is made while a flag is set; nobody else sees it. */
function findCollector(): Collector | undefined {
  const v8 = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  const find = (): unknown => runInNewContext('globalThis.gc');
  let collect = find();
  if (collect === undefined) {
    v8.setFlagsFromString('--expose-gc');
    collect = find();
    v8.setFlagsFromString('--no-expose-gc');
  }
  // The flag is there for all threads, and another one may just have taken it back.
  if (typeof collect !== 'function') return undefined;
  return { collect: collect as Collector['collect'], held: () => v8.getHeapStatistics().external_memory };
}
