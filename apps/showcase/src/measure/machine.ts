import { availableParallelism, cpus, release, totalmem } from 'node:os';
import process from 'node:process';

/** On what something was measured. */
export interface Machine {
  platform: string;
  architecture: string;
  processor: string;
  /** How many cores this program may use. */
  cores: number;
  memoryBytes: number;
  node: string;
  v8: string;
}

/** Describes the machine and the runtime at hand, without anything that names its owner. */
export function describeMachine(): Machine {
  return {
    platform: `${process.platform} ${release()}`,
    architecture: process.arch,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    v8: process.versions.v8,
  };
}
