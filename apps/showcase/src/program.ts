import { Command } from 'commander';
import { exampleNames } from './examples/index.ts';

/** Describes the command line. Each command's module is loaded when it is used, so that none slows another down. */
export function createProgram(): Command {
  const program = new Command('showcase')
    .description("Run, measure, draw and judge a tutorial on Python's concurrency, in TypeScript")
    .exitOverride()
    .action(async () => {
      const { start } = await import('./commands/start.ts');
      await start();
    });

  program
    .command('run')
    .description("run the tutorial's examples, which print what the tutorial's programs print and nothing else")
    .argument('[name]', `one of ${exampleNames.join(', ')}; all of them if left out`)
    .action(async (name: string | undefined) => {
      const { run } = await import('./commands/run.ts');
      await run(name);
    });

  return program;
}
