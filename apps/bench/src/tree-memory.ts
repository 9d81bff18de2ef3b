import { readFile, readdir } from 'node:fs/promises';

/** The memory that this process and its children hold for themselves, in bytes: private and proportional shares. */
export async function treeMemory(): Promise<number> {
  let total = 0;
  for (const pid of await processTree(process.pid)) total += await proportionalMemory(pid);
  return total;
}

async function proportionalMemory(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch (error) {
    if (pid === process.pid)
      throw new Error('Cannot measure memory: there is no /proc/self/smaps_rollup', { cause: error });
    return 0;
  }
}

async function processTree(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}
