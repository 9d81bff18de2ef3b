import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { printedBy } from './printed.ts';

const root = join(import.meta.dirname, '..');
const folders = ['asyncio', 'threading', 'multiprocessing', 'combined'].filter((name) => existsSync(join(root, name)));

for (const folder of folders) {
  const files = (await readdir(join(root, folder))).filter((name) => name.endsWith('.ts'));

  describe(folder, () => {
    it.each(files)('%s prints what it says', async (file) => {
      const source = await readFile(join(root, folder, file), 'utf8');
      const { stdout, stderr } = await execa(process.execPath, [join(root, 'dist', folder, file.replace(/ts$/, 'js'))]);
      expect(stderr).toBe('');
      expect(stdout).toBe(printedBy(source));
      expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    });
  });
}
