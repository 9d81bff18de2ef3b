/** How many sites are recorded before a pause: a capture costs as much as a whole task, so mass spawning does without. */
const CAPTURES_PER_PAUSE = 100;
const PAUSE = 10;
const FRAMES = 8;

let left = CAPTURES_PER_PAUSE;

/** Where a task was created; the text is made only when somebody reads it. */
export class CreationSite {
  declare readonly stack: string;

  constructor(above: Function) {
    Error.captureStackTrace(this, above);
  }

  /** The first line outside of this package, as `at file:///app/main.js:3:5`. */
  toString(): string {
    const lines = String(this.stack).split('\n').slice(1);
    // The whole package stands in the folder of this module once it is built.
    const here = new URL('.', import.meta.url).href;
    const path = decodeURI(new URL(here).pathname);
    const user = lines.find((line) => !line.includes(here) && !line.includes(path) && !line.includes('node:'));
    return (user ?? lines[0] ?? 'at an unknown place').trim();
  }
}

/**
 * Records where the caller of `above` stands. A burst of more than a hundred in ten milliseconds is not recorded any
 * further, unless `always`.
 */
export function captureSite(above: Function, always: boolean): CreationSite | undefined {
  if (!always) {
    if (left === 0) return undefined;
    left -= 1;
    if (left === 0) setTimeout(refill, PAUSE).unref();
  }
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const site = new CreationSite(above);
  Error.stackTraceLimit = limit;
  return site;
}

function refill(): void {
  left = CAPTURES_PER_PAUSE;
}
