import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import type { Subject } from './bench-case.ts';
import { pythonVersion } from './machine.ts';

/** The version of what a subject runs: its package's, Python's or Node's. */
export async function versionOf(subject: Subject): Promise<string> {
  if (subject.package !== undefined) {
    const file = findPackageJSON(subject.package, import.meta.url);
    if (file === undefined) return 'unknown';
    return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
  }
  if (subject.name.startsWith('Python')) return (await pythonVersion()) ?? 'absent';
  return process.version.slice(1);
}
