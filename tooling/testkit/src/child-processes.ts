import { readFileSync, readdirSync } from 'node:fs';

/**
 * Names the child processes of this one that have not ended. The tracker of shared memory and the guardian of
 * children, which outlive tests by design, do not count.
 */
export function childProcesses(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // The name of the program stands in brackets and may hold anything: the fields come after the last one.
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        if (Number(parent) !== process.pid || state === 'Z' || state === 'X') return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return /weft-(tracker|guardian)/.test(command) ? [] : [`${pid} ${command.slice(0, 80)}`];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}
