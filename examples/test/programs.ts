import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A program that stands in a text. */
export interface Program {
  readonly name: string;
  readonly source: string;
}

const root = join(import.meta.dirname, '..');

/**
 * Compiles programs, each a module of its own in a folder beside the examples, where they find the packages.
 *
 * @param folder The folder's name; it is emptied first.
 * @param include What else the programs import, from the folder `examples`.
 * @returns What the compiler said, one message a line.
 */
export async function compile(folder: string, programs: readonly Program[], include: string[] = []): Promise<string[]> {
  const scratch = join(root, folder);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  const config = {
    extends: '@weft/tsconfig/base.json',
    // As strict as most readers' projects: indexing gives no `undefined`.
    compilerOptions: { rootDir: '..', outDir: 'dist', noEmitOnError: false, noUncheckedIndexedAccess: false },
    include: ['*.ts', ...include.map((path) => join('..', path))],
  };
  await writeFile(join(scratch, 'tsconfig.json'), JSON.stringify(config));
  await Promise.all(programs.map(({ name, source }) => writeFile(join(scratch, `${name}.ts`), source)));
  const { stdout } = await execa('tsc', ['-p', scratch, '--pretty', 'false'], { preferLocal: true, reject: false });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Where a compiled program is. */
export function compiled(folder: string, name: string): string {
  return join(root, folder, 'dist', folder, `${name}.js`);
}

/** Forgets the programs of a folder. */
export async function forget(folder: string): Promise<void> {
  await rm(join(root, folder), { recursive: true, force: true });
}
