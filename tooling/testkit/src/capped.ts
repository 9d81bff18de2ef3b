/**
 * Fails instead of hanging: passes a promise on, unless it is still pending at the cap.
 *
 * @param promise What is waited for.
 * @param what What to call it in the error: `every waiter has ended`.
 * @param cap In milliseconds; 10 s if left out.
 */
export async function capped<T>(promise: PromiseLike<T>, what: string, cap = 10_000): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Cannot see within ${cap} ms that ${what}`)), cap);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
