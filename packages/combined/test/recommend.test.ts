import { describe, expect, it } from 'vitest';
import { type Recommendation, recommend } from '@weft/combined';
import { estimate } from '../src/internal/recommend/estimate.ts';
import { explain } from '../src/internal/recommend/explain.ts';
import type { CallProfile } from '../src/internal/recommend/measure.ts';
import type { Obstacles } from '../src/internal/recommend/obstacles.ts';
import { echo, fail, pause, pauseLater, square, squareLater } from './fixtures/work.ts';

const machine = {
  cores: 4,
  tasks: { start: 0.5, dispatch: 0.005 },
  threads: { start: 30, dispatch: 0.002, byte: 1e-7 },
  processes: { start: 50, dispatch: 0.01, byte: 1e-6 },
  combined: { start: 35, dispatch: 0.004, byte: 1e-7 },
};

function profile(wall: number, cpu: number, rest: Partial<CallProfile> = {}): CallProfile {
  return {
    wall,
    cpu,
    blocked: cpu,
    cpuShare: cpu / wall,
    argumentBytes: 5,
    resultBytes: 5,
    asynchronous: true,
    samples: 5,
    ...rest,
  };
}

const NONE: Obstacles = { threads: undefined, processes: undefined };

function choose(call: CallProfile, count: number, obstacles = NONE): Recommendation['technique'] {
  const estimates = estimate({ call, machine, count, obstacles });
  const best = Math.min(...Object.values(estimates));
  return (
    (Object.keys(estimates) as Recommendation['technique'][]).find((name) => estimates[name] <= best * 1.05) ??
    'sequential'
  );
}

describe('the estimate', () => {
  it('finds asyncio best for many waits', () => {
    expect(choose(profile(50, 0.1), 1_000)).toBe('asyncio');
  });

  it('finds threads best for waits that block', () => {
    expect(choose(profile(50, 0.1, { asynchronous: false }), 100)).toBe('threading');
  });

  it('finds workers best for much computing', () => {
    expect(choose(profile(50, 50, { asynchronous: false }), 100)).toBe('threading');
  });

  it('finds the combination best for much of both', () => {
    expect(choose(profile(200, 20), 1_000)).toBe('combined');
  });

  it('finds nothing better than a loop for little work', () => {
    expect(choose(profile(0.01, 0.01, { asynchronous: false }), 20)).toBe('sequential');
  });

  it('keeps to this thread what cannot leave it', () => {
    expect(choose(profile(50, 50), 100, { threads: 'local', processes: 'local' })).toBe('sequential');
    expect(choose(profile(50, 50), 100, { threads: undefined, processes: 'shared' })).toBe('threading');
  });

  it('finds asyncio no better where a promise does not wait', () => {
    expect(choose(profile(0.05, 0.05), 200)).toBe('sequential');
  });

  it('does not take blocking for waiting', () => {
    const blocking = profile(20, 0.1, { blocked: 20 });
    expect(choose(blocking, 100)).not.toBe('asyncio');
    expect(estimate({ call: blocking, machine, count: 100, obstacles: NONE }).asyncio).toBeGreaterThan(2_000);
  });

  it('has a worker do one call after the other, unless it runs many tasks', () => {
    const { multiprocessing, combined } = estimate({ call: profile(20, 10), machine, count: 200, obstacles: NONE });
    expect(multiprocessing).toBe(machine.processes.start + 50 * 20);
    expect(combined).toBeLessThan(multiprocessing);
  });
});

describe('recommend', () => {
  it('measures the function and says why', async () => {
    const { technique, reasons, measured, expectedSpeedup } = await recommend(square, [1, 2, 3]);
    expect(technique).toBe('sequential');
    expect(expectedSpeedup).toBe(1);
    expect(measured.call.samples).toBeGreaterThan(0);
    expect(measured.machine.threads.start).toBeGreaterThan(0);
    expect(measured.machine.processes.start).toBeGreaterThan(0);
    expect(measured.machine.combined.start).toBeGreaterThan(0);
    expect(reasons.join('\n')).toMatch(/one call after the other takes/);
  });

  it('tells waiting from blocking', async () => {
    const { measured } = await recommend(squareLater, [1, 2]);
    expect(measured.call.asynchronous).toBe(true);
    const waiting = await recommend(pauseLater, [20], { count: 20 });
    expect(waiting.measured.call.blocked).toBeLessThan(waiting.measured.call.wall / 2);
    expect(waiting.technique).toBe('asyncio');
    expect(waiting.reasons.join('\n')).toMatch(/I\/O-bound/);
    const blocking = await recommend(pause, [20], { count: 100 });
    expect(blocking.measured.call.blocked).toBe(blocking.measured.call.wall);
    expect(blocking.measured.call.cpuShare).toBeLessThan(0.5);
    expect(blocking.measured.estimates.asyncio).toBe(Infinity);
  });

  it('calls each sample, and no more of them than the budget allows', async () => {
    const called: number[] = [];
    await recommend((x: number) => called.push(x), [1, 2, 3]);
    expect(new Set(called)).toEqual(new Set([1, 2, 3]));
    expect(called.length).toBeLessThanOrEqual(10);
    called.length = 0;
    const { measured } = await recommend((x: number) => called.push(x), [1, 2, 3], { budget: 0 });
    expect(called).toEqual([1]);
    expect(measured.call.samples).toBe(1);
  });

  it('says what keeps an argument from crossing', async () => {
    const local = await recommend(echo, [{ callback: () => 1 }], { count: 1_000_000 });
    expect(local.technique).toBe('sequential');
    expect(local.reasons.join('\n')).toMatch(/No other thread or process can make the call: .*args\[0\]\.callback/);
    const shared = await recommend(echo, [new SharedArrayBuffer(8)]);
    expect(shared.measured.estimates.multiprocessing).toBe(Infinity);
    expect(shared.measured.estimates.threading).toBeLessThan(Infinity);
    expect(shared.reasons.join('\n')).toMatch(/No other process can make the call/);
  });

  it('says why a function cannot leave this thread', async () => {
    const { reasons } = await recommend((x: number) => x, [1]);
    expect(reasons.join('\n')).toMatch(/No other thread or process can make the call/);
  });

  it('refuses to judge without samples, and passes on what the function throws', async () => {
    await expect(recommend(square, [])).rejects.toThrow(RangeError);
    await expect(recommend(square, [1], { count: 0 })).rejects.toThrow(RangeError);
    await expect(recommend(square, [1], { count: Infinity })).rejects.toThrow(TypeError);
    await expect(recommend(square, [1], { budget: -1 })).rejects.toThrow(RangeError);
    await expect(recommend('x' as never, [1])).rejects.toThrow(TypeError);
    await expect(recommend(fail, [1])).rejects.toThrow('no 1');
  });
});

it('says when the work outgrows one machine', () => {
  const call = profile(60_000, 60_000);
  const estimates = estimate({ call, machine, count: 100_000, obstacles: NONE });
  const reasons = explain({ technique: 'threading', call, machine, estimates, count: 100_000, obstacles: NONE });
  expect(reasons.join('\n')).toMatch(/outgrows one machine/);
});
