/** Where a wait stands. A wait that is woken resumes at its turn in the ready queue; until then it may be interrupted. */
export const PENDING = 0;
export const RESUMED = 1;
export const INTERRUPTED = 2;
export const WOKEN = 3;
/** Woken with an error: nothing was granted. */
export const FAILED = 4;
/** Handing an interruption on to what is awaited. */
export const HANDING_ON = 5;

/** A wait that takes turns in the ready queue. */
export interface Ready {
  state: number;
  takeTurn(): void;
}

/** After how many milliseconds of wake-ups in a row timers and I/O get a turn. */
const TURN_BUDGET = 10;
/** How often the clock is looked at: reading it costs as much as a wake-up. */
const WAKE_UPS_PER_LOOK = 256;

const resolved = Promise.resolve();
let ring: (Ready | undefined)[] = new Array<Ready | undefined>(64).fill(undefined);
let mask = 63;
let first = 0;
let size = 0;
let running = false;
let wakeUps = 0;
let turnStart = 0;

/**
 * Puts a woken wait at the end of the ready queue, from which one wait resumes per microtask, in order: asyncio's
 * `call_soon`. What runs between two turns may still cancel those behind it.
 */
export function makeReady(wait: Ready): void {
  wait.state = WOKEN;
  if (size > mask) grow();
  ring[(first + size) & mask] = wait;
  size += 1;
  if (running) return;
  running = true;
  schedule();
}

// asyncio polls for I/O between any two rounds, microtasks never do: past the budget go on in the loop's next turn.
function schedule(): void {
  wakeUps += 1;
  if (wakeUps % WAKE_UPS_PER_LOOK === 0 && performance.now() - turnStart > TURN_BUDGET) setImmediate(startTurn);
  else void resolved.then(resumeNext);
}

function startTurn(): void {
  turnStart = performance.now();
  resumeNext();
}

function resumeNext(): void {
  while (size > 0) {
    const wait = ring[first] as Ready;
    ring[first] = undefined;
    first = (first + 1) & mask;
    size -= 1;
    if (wait.state < WOKEN) continue; // interrupted meanwhile
    wait.takeTurn();
    break;
  }
  if (size === 0) running = false;
  else schedule();
}

function grow(): void {
  const larger = new Array<Ready | undefined>(ring.length * 2).fill(undefined);
  for (let i = 0; i < size; i += 1) larger[i] = ring[(first + i) & mask];
  ring = larger;
  first = 0;
  mask = larger.length - 1;
}
