import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.ts';

/**
 * Looks whether files can be written, before the work that they are to hold is done.
 *
 * @param files Their paths; those left out are passed over.
 * @throws {UsageError} If one cannot be written, with its path.
 */
export async function checkWritable(...files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) if (file !== undefined) await check(file);
}

async function check(file: string): Promise<void> {
  if (file === '') throw new UsageError('Cannot write to : it is no name of a file');
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new UsageError(`Cannot write to ${file}: it is a directory`);
  try {
    await access(found === undefined ? dirname(file) : file, constants.W_OK);
  } catch (error) {
    throw new UsageError(`Cannot write to ${file}: ${(error as Error).message}`);
  }
}
