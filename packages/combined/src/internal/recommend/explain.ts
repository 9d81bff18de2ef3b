import type { Estimates, TechniqueChoice } from './estimate.ts';
import type { MachineCosts } from './machine.ts';
import type { CallProfile } from './measure.ts';
import type { Obstacles } from './obstacles.ts';

/** All that the reasons are made of. */
export interface Findings {
  technique: TechniqueChoice;
  call: CallProfile;
  machine: MachineCosts;
  estimates: Estimates;
  count: number;
  obstacles: Obstacles;
}

const HOUR = 3_600_000;

/** Says why a technique was chosen, in the words of the tutorial. */
export function explain(findings: Findings): string[] {
  const { call, machine, estimates, technique } = findings;
  const reasons = [natureOf(call), REASONS[technique](findings)];
  const heaviest = Math.max(call.argumentBytes, call.resultBytes);
  if (heaviest > LARGE)
    reasons.push(
      `Each call moves ${size(call.argumentBytes + call.resultBytes)}, which costs ${time(machine.processes.byte * (call.argumentBytes + call.resultBytes))} between processes`,
    );
  reasons.push(...explainObstacles(findings.obstacles));
  if (estimates[technique] > HOUR) {
    reasons.push(
      `It would still take ${time(estimates[technique])} on ${machine.cores} cores: the work outgrows one machine; share it out through a job queue`,
    );
  }
  return reasons;
}

function explainObstacles({ threads, processes }: Obstacles): string[] {
  if (threads !== undefined) return [`No other thread or process can make the call: ${threads}`];
  return processes === undefined ? [] : [`No other process can make the call: ${processes}`];
}

const LARGE = 64 * 1024;

function natureOf({ wall, cpu, cpuShare }: CallProfile): string {
  const share = `${Math.round(cpuShare * 100)} %`;
  const figures = `a call takes ${time(wall)} and computes for ${time(cpu)} of it (${share})`;
  if (cpuShare < 0.2) return `The task is I/O-bound: ${figures}`;
  if (cpuShare > 0.8) return `The task is CPU-bound: ${figures}`;
  return `The task both waits and computes: ${figures}`;
}

// The tutorial's "when to use" and "drawbacks", with the figures of the work at hand.
const REASONS: Record<TechniqueChoice, (findings: Findings) => string> = {
  sequential: ({ machine, estimates }) =>
    `There is nothing to gain from overlapping: one call after the other takes ${time(estimates.sequential)} in all, and starting a process alone ${time(machine.processes.start)}`,
  asyncio: ({ call, count }) =>
    `Use asyncio for I/O-bound tasks: it is lightweight, and ${count} waits overlap on a single thread, which a call blocks for only ${time(call.blocked)}`,
  threading: ({ call, machine, estimates }) =>
    call.cpuShare > 0.5
      ? `Use threading: no Global Interpreter Lock restricts threads here, they compute on all ${machine.cores} cores and finish in ${time(estimates.threading)} instead of ${time(estimates.sequential)}; processes would take ${time(estimates.multiprocessing)}`
      : `Use threading for I/O-bound tasks that are not coroutines: the call blocks its thread for ${time(call.blocked)}, so that waits overlap only on several threads: ${time(estimates.threading)} instead of ${time(estimates.sequential)}`,
  multiprocessing: ({ machine, estimates }) =>
    `Use multiprocessing for CPU-intensive tasks that require parallelism: processes compute on all ${machine.cores} cores and finish in ${time(estimates.multiprocessing)} instead of ${time(estimates.sequential)}; threads would take ${time(estimates.threading)}`,
  combined: ({ machine, estimates }) =>
    `Combine techniques: each of ${machine.cores} workers waits for many tasks at once while all of them compute: ${time(estimates.combined)} instead of ${time(estimates.asyncio)} with asyncio on a single thread`,
};

function time(milliseconds: number): string {
  if (milliseconds >= HOUR) return `${(milliseconds / HOUR).toFixed(1)} h`;
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds >= 1) return `${milliseconds.toFixed(1)} ms`;
  return `${(milliseconds * 1_000).toFixed(1)} µs`;
}

function size(bytes: number): string {
  return bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 1024).toFixed(0)} KiB`;
}
