import { cpus, totalmem } from 'node:os';
import { execa } from 'execa';

/** What the figures were measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memory: number;
  node: string;
  platform: string;
  /** Left out where there is no python3. */
  python?: string;
}

/** Describes this machine. */
export async function describeMachine(): Promise<Machine> {
  const [first] = cpus();
  const python = await pythonVersion();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: totalmem(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    ...(python === undefined ? {} : { python }),
  };
}

/** The version of python3, if the machine has one. */
export async function pythonVersion(): Promise<string | undefined> {
  const { stdout, failed } = await execa('python3', ['--version'], { reject: false });
  return failed ? undefined : stdout.replace('Python ', '').trim();
}
