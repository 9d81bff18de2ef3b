import { expect, it } from 'vitest';
import {
  FileGate,
  Gate,
  Random,
  Turnstile,
  capped,
  deferred,
  flush,
  hammer,
  passFileGateSync,
  until,
} from '@weft/testkit';

it('settles a deferred from outside, and a failed one that nobody reads is no failure', async () => {
  const value = deferred<number>();
  expect(value.settled).toBe(false);
  value.resolve(3);
  expect(value.settled).toBe(true);
  expect(await value.promise).toBe(3);
  deferred().reject(new Error('nobody reads it'));
  await flush();
});

it('keeps those who come to a closed gate until it opens', async () => {
  const gate = new Gate();
  let passed = 0;
  const pass = async (): Promise<void> => {
    await gate.pass();
    passed += 1;
  };
  const early = [pass(), pass()];
  await flush();
  expect([passed, gate.waiting, gate.isOpen]).toEqual([0, 2, false]);
  gate.open();
  await Promise.all(early);
  await pass();
  expect([passed, gate.waiting]).toEqual([3, 0]);
  gate.close();
  const late = pass();
  await flush();
  expect(passed).toBe(3);
  gate.open();
  await late;
});

it('lets one pass a turnstile for each turn, in arrival order, and keeps turns', async () => {
  const turnstile = new Turnstile();
  const passed: number[] = [];
  const waits = [0, 1, 2].map(async (index) => {
    await turnstile.pass();
    passed.push(index);
  });
  turnstile.turn();
  await flush();
  expect(passed).toEqual([0]);
  turnstile.turn(3);
  await Promise.all(waits);
  await turnstile.pass();
  expect(passed).toEqual([0, 1, 2]);
  const waiting = turnstile.pass();
  expect(turnstile.waiting).toBe(1);
  turnstile.turn();
  await waiting;
});

it('waits for a condition, and says what did not come true', async () => {
  let looks = 0;
  expect(await until(() => (looks += 1) > 30 && 'seen')).toBe('seen');
  await expect(until(() => false, 'pigs fly', 20)).rejects.toThrow('Cannot see within 20 ms that pigs fly');
});

it('caps a promise that does not end, and passes on one that does', async () => {
  expect(await capped(Promise.resolve(1), 'it ends')).toBe(1);
  await expect(capped(Promise.reject(new Error('own')), 'it ends')).rejects.toThrow('own');
  await expect(capped(new Promise(() => {}), 'it ends', 10)).rejects.toThrow('Cannot see within 10 ms that it ends');
});

it('gives the same numbers for the same seed, and other ones for another', () => {
  const take = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.int(1, 1000));
  };
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
  const random = new Random(1);
  for (let draw = 0; draw < 1000; draw += 1) {
    expect(random.int(-2, 2)).toBeOneOf([-2, -1, 0, 1, 2]);
    expect(random.pick(['a', 'b'])).toMatch(/[ab]/);
  }
  expect(random.shuffle([1, 2, 3, 4]).toSorted()).toEqual([1, 2, 3, 4]);
  expect(() => random.pick([])).toThrow(RangeError);
});

it('names the round and the seed when a hammer fails, and repeats it from the seed', async () => {
  const body = (random: Random): void => {
    if (random.next() > 0.95) throw new Error('hit');
  };
  const message = async (seed: number): Promise<string> =>
    hammer(1000, body, { seed }).then(
      () => '',
      (error: Error) => error.message,
    );
  const failed = await message(42);
  expect(failed).toMatch(/^Round \d+ of \d+ failed; repeat it with WEFT_SEED=42: hit$/);
  expect(await message(42)).toBe(failed);
  let rounds = 0;
  await hammer(25, () => {
    rounds += 1;
  });
  expect(rounds).toBeGreaterThanOrEqual(25);
});

it('opens a gate for other threads and processes by its path', async () => {
  const gate = new FileGate();
  try {
    expect(gate.isOpen).toBe(false);
    const passing = gate.pass();
    await flush();
    gate.open();
    await passing;
    passFileGateSync(gate.path);
    expect(gate.isOpen).toBe(true);
  } finally {
    gate[Symbol.dispose]();
  }
  expect(gate.isOpen).toBe(false);
});
