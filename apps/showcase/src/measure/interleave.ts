/** Something that is measured again and again. */
export interface Case<T> {
  name: string;
  measure(): Promise<T>;
}

/**
 * Measures several cases in turn, round after round, so that a noisy moment of the machine touches all of them alike.
 * Every second round goes backwards, so that no case always follows the same one.
 *
 * @param cases What to measure.
 * @param rounds How many times.
 * @param onStep Called before each measurement with the name of the case.
 * @returns Each case's samples, in the order they were taken, under its name.
 */
export async function interleave<T>(
  cases: readonly Case<T>[],
  rounds: number,
  onStep: (name: string) => void = () => {},
): Promise<Map<string, T[]>> {
  const samples = new Map(cases.map(({ name }): [string, T[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? cases : cases.toReversed()) {
      onStep(each.name);
      samples.get(each.name)?.push(await each.measure());
    }
  }
  return samples;
}
