import { describe, expect, it } from 'vitest';
import { type Recommendation, recommend } from '@weft/combined';
import { estimate } from '../src/internal/recommend/estimate.ts';
import { explain } from '../src/internal/recommend/explain.ts';
import type { CallProfile } from '../src/internal/recommend/measure.ts';
import { square } from './fixtures/work.ts';

const machine = {
  cores: 4,
  threads: { start: 30, dispatch: 0.002, byte: 1e-7 },
  processes: { start: 50, dispatch: 0.01, byte: 1e-6 },
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

function choose(call: CallProfile, count: number, portable = true): Recommendation['technique'] {
  const estimates = estimate({ call, machine, count, portable });
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
    expect(choose(profile(50, 50), 100, false)).toBe('sequential');
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
    expect(reasons.join('\n')).toMatch(/One call after the other takes/);
  });

  it('says why a function cannot leave this thread', async () => {
    const { reasons } = await recommend((x: number) => x, [1]);
    expect(reasons.join('\n')).toMatch(/No other thread or process can make the call/);
  });

  it('refuses to judge without samples, and passes on what the function throws', async () => {
    await expect(recommend(square, [])).rejects.toThrow(RangeError);
    await expect(recommend(square, [1], { count: 0 })).rejects.toThrow(RangeError);
    await expect(recommend(square, [1], { budget: -1 })).rejects.toThrow(RangeError);
    await expect(recommend('x' as never, [1])).rejects.toThrow(TypeError);
    const failing = (): never => {
      throw new Error('broken');
    };
    await expect(recommend(failing, [1])).rejects.toThrow('broken');
  });
});

it('says when the work outgrows one machine', () => {
  const call = profile(60_000, 60_000);
  const estimates = estimate({ call, machine, count: 100_000, portable: true });
  const reasons = explain({ technique: 'threading', call, machine, estimates, count: 100_000, obstacle: undefined });
  expect(reasons.join('\n')).toMatch(/outgrows one machine/);
});
