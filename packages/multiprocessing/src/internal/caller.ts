let current: unknown;

/** Who called the method that runs now; asked before the method first waits. */
export function caller(): unknown {
  return current;
}

/** Calls a method on behalf of somebody. */
export function callFor<T>(client: unknown, body: () => T): T {
  const before = current;
  current = client;
  try {
    return body();
  } finally {
    current = before;
  }
}
