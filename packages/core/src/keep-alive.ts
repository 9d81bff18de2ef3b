let holders = 0;
let timer: NodeJS.Timeout | undefined;

/**
 * Keeps the process alive while something is waited for that Node does not know of, such as a wake-up from another
 * thread.
 *
 * @returns Lets go again, once.
 */
export function keepAlive(): () => void {
  holders += 1;
  if (holders === 1) {
    if (timer) timer.ref();
    else timer = setInterval(() => {}, 2 ** 31 - 1);
  }
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    holders -= 1;
    if (holders === 0) timer?.unref();
  };
}
