import type { StartCost, WorkloadName } from '../compare/row.ts';
import type { Convoy } from '../experiments/convoy.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import { bytes } from '../terminal/numbers.ts';
import type { TechniqueName } from '../techniques/technique.ts';
import type { BarChartData } from './chart.ts';
import type { Report } from './report.ts';

const MEGABYTE = 1024 ** 2;

/** How much faster each technique is than one after the other, here and in Python. */
export function speedupChart({ comparison, python }: Report, workload: WorkloadName): BarChartData {
  const rows = comparison.rows.filter((row) => row.workload === workload);
  const theirs = (technique: TechniqueName) =>
    python?.rows.find((row) => row.workload === workload && row.technique === technique)?.speedup;
  const ours = { name: 'here', values: rows.map(({ speedup }) => speedup) };
  const besides =
    python === undefined
      ? []
      : [{ name: `Python ${python.version}`, values: rows.map(({ technique }) => theirs(technique)) }];
  return {
    title: `${workload} work: speedup over sequential`,
    unit: '×',
    categories: rows.map(({ technique, workers }) => `${technique} (${workers})`),
    series: [ours, ...besides],
  };
}

/** The tutorial's main drawback of threads: there with the emulated GIL, gone without it. */
export function gilChart({ comparison }: Report): BarChartData {
  const find = (technique: TechniqueName) =>
    comparison.rows.find((row) => row.workload === 'CPU-bound' && row.technique === technique)?.speedup;
  return {
    title: 'The GIL in one picture: speedup of threads that compute',
    unit: '×',
    categories: ['one after the other', 'threads under an emulated GIL', 'threads without a GIL'],
    series: [{ name: 'speedup', values: [find('sequential'), find('threading, emulated GIL'), find('threading')] }],
  };
}

/** What a lock that is held for 5 ms at a time does to who waits often. */
export function convoyChart({ alone, besideComputation, besideComputationUnderGil }: Convoy): BarChartData {
  return {
    title: 'The convoy effect: how long a wait of 1 ms takes a thread',
    unit: 'ms',
    categories: ['alone', 'beside a thread that computes', 'the same under an emulated GIL'],
    series: [{ name: 'time', values: [alone, besideComputation, besideComputationUnderGil] }],
  };
}

/** How long it takes from nothing to the first result. */
export function startChart(costs: readonly StartCost[]): BarChartData {
  return {
    title: 'Time to the first result of a technique’s first worker',
    unit: 'ms',
    categories: costs.map(({ technique }) => technique),
    series: [{ name: 'cold start', values: costs.map(({ coldStart }) => coldStart) }],
  };
}

/** What a worker that is ready adds to the memory. */
export function memoryChart(costs: readonly StartCost[]): BarChartData {
  const values = costs.map(({ memoryPerWorker }): Summary | undefined =>
    memoryPerWorker === undefined ? undefined : summarize([memoryPerWorker / MEGABYTE]),
  );
  return {
    title: 'Memory that a ready worker adds (PSS)',
    unit: 'MB',
    categories: costs.map(({ technique }) => technique),
    series: [{ name: 'memory', values }],
    label: (value) => bytes(value * MEGABYTE),
  };
}
