import type { Scenario } from '../scenario/scenario.ts';

const common = { workers: 2, tasks: 6, ms: 40, gil: false } as const;

/** The runs whose timelines a report shows. */
export const drawnScenarios: readonly { title: string; scenario: Scenario }[] = [
  { title: 'Threads that compute', scenario: { ...common, technique: 'threading', workload: 'compute' } },
  {
    title: 'Threads that compute under an emulated GIL',
    scenario: { ...common, technique: 'threading', workload: 'compute', gil: true },
  },
  { title: 'Threads that wait', scenario: { ...common, technique: 'threading', workload: 'wait', workers: 6 } },
  {
    title: 'The convoy: waiting beside computing under an emulated GIL',
    scenario: { ...common, technique: 'threading', workload: 'mixed', tasks: 8, ms: 20, gil: true },
  },
  { title: 'Processes that compute', scenario: { ...common, technique: 'multiprocessing', workload: 'compute' } },
  { title: 'Tasks that wait', scenario: { ...common, technique: 'asyncio', workload: 'wait' } },
  { title: 'Tasks that compute', scenario: { ...common, technique: 'asyncio', workload: 'compute', tasks: 4 } },
];
