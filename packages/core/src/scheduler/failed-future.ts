import { Future } from '../future.ts';

/** Makes a future that has failed already. */
export function failedFuture(error: unknown): Future {
  const future = new Future();
  future.setException(error);
  return future;
}
