import type { EmulatedGil } from '../gil/emulated-gil.ts';

/** What a workload asks of the runtime it runs in. {@link EmulatedGil} is one; Node itself never makes anybody wait. */
export type Interpreter = Pick<EmulatedGil, 'hold' | 'allowThreads' | 'checkpoint'>;

/** Node as it is: without a global interpreter lock. */
export const nodeItself: Interpreter = {
  hold: (work) => work(),
  allowThreads: (work) => work(),
  checkpoint: () => {},
};
