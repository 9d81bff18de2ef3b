/** What the pools are asked to do. Every peer runs these very functions. */
export function increment(value: number): number {
  return value + 1;
}

export function echo<T>(value: T): T {
  return value;
}

export async function incrementLater(value: number): Promise<number> {
  await null;
  return value + 1;
}

/** Computes for about as long as asked, and answers with how often it went round. */
export function spin(microseconds: number): number {
  const end = performance.now() + microseconds / 1_000;
  let rounds = 0;
  while (performance.now() < end) rounds += 1;
  return rounds;
}

/** A fixed amount of work, so that one worker and two can be compared. */
export function grind(rounds: number): number {
  let state = 1;
  for (let i = 0; i < rounds; i += 1) state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  return state;
}

export type TaskName = 'increment' | 'echo' | 'incrementLater' | 'spin' | 'grind';
