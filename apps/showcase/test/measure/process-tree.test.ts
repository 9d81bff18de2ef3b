import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { childrenOf, cpuSecondsOf, memoryOf, proportionalMemory } from '../../dist/measure/process-tree.js';

describe.runIf(process.platform === 'linux')('the process tree', () => {
  it('finds children, their memory and their processor time', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await once(child.stdout, 'data');
      const pid = child.pid ?? 0;
      expect(await childrenOf(process.pid)).toContain(pid);
      expect(await proportionalMemory(pid)).toBeGreaterThan(1_000_000);
      expect(await cpuSecondsOf(pid)).toBeGreaterThan(0);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });

  it('knows nothing of a process that does not exist', async () => {
    const nobody = 2 ** 30;
    expect(await proportionalMemory(nobody)).toBeUndefined();
    expect(await memoryOf([process.pid, nobody])).toBeUndefined();
    expect(await cpuSecondsOf(nobody)).toBe(0);
    expect(await childrenOf(nobody)).toEqual([]);
  });
});
