import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredIn, examplesOf } from './docstring-examples.ts';
import { exportsOf, lacksOf } from './exported.ts';
import { compile, compiled, forget } from './programs.ts';

const packages = join(import.meta.dirname, '..', '..', 'packages');

/** What uses tasks runs in one, unless it starts one itself. */
function inTask(example: string): string {
  return /(?<![.\w])run\(|\bRunner\(/.test(example) ? example : `await run(async () => {\n${example}\n});`;
}

for (const name of ['core', 'threading', 'multiprocessing', 'async', 'combined']) {
  const folder = `.docstrings-${name}`;
  const own = Object.keys((await import(`@weft/${name}`)) as object);
  const standIns = await declaredIn(join(import.meta.dirname, 'stand-ins', `${name}.ts`));
  const known = new Map([
    [`@weft/${name}`, own],
    [`../test/stand-ins/${name}.ts`, standIns],
  ]);
  const examples = await examplesOf(join(packages, name), known, name === 'async' ? inTask : undefined);

  describe(`the docstrings of ${name}`, () => {
    let diagnostics: string[] = [];

    beforeAll(async () => {
      diagnostics = await compile(folder, examples, [`test/stand-ins/${name}.ts`]);
    });

    afterAll(async () => {
      await forget(folder);
    });

    it('say of every export what it does, what it takes and gives, and show it', async () => {
      const lacking = (await exportsOf(join(packages, name))).map((exported) => [exported.name, ...lacksOf(exported)]);
      expect(lacking.filter(({ length }) => length > 1).map((words) => words.join(' '))).toEqual([]);
    });

    it.each(examples)('have at $name an example that compiles and runs', async ({ name: example, source }) => {
      expect(
        diagnostics.filter((line) => line.includes(`/${example}.ts`) || line.startsWith(`${example}.ts`)),
        source,
      ).toEqual([]);
      const { stderr } = await execa(process.execPath, [compiled(folder, example)], { timeout: 20_000 });
      expect(stderr, source).toBe('');
    });
  });
}
