import { execaNode } from 'execa';

/**
 * Measures, in a fresh program, what one more waiting task, thread or process adds to its memory.
 *
 * @param kind What there are many of.
 * @param count How many.
 * @returns Bytes by unit, at least 1.
 */
export async function memoryPerUnit(kind: 'tasks' | 'threads' | 'processes', count: number): Promise<number> {
  const program = new URL('waiting-units.js', import.meta.url);
  const { stdout } = await execaNode(program, [kind, String(count)], { nodeOptions: ['--expose-gc'] });
  return Math.max(1, Number(stdout) / count);
}
