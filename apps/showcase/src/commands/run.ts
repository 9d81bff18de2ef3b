import { exampleNames, examples, isExampleName } from '../examples/index.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Runs an example, or all of them in the tutorial's order. Nothing is printed but what the examples print.
 *
 * @param name The example's name; left out, all four run.
 * @throws {UsageError} If there is no example of that name.
 */
export async function run(name?: string): Promise<void> {
  if (name === undefined) {
    for (const each of exampleNames) await run(each);
    return;
  }
  if (!isExampleName(name)) {
    throw new UsageError(`There is no example '${name}'. The examples are: ${exampleNames.join(', ')}`);
  }
  const { program } = await examples[name]();
  await program();
}
