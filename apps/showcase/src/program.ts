import { Command } from 'commander';
import type { CompareOptions } from './commands/compare.ts';
import type { TraceCommandOptions } from './commands/trace.ts';
import { exampleNames } from './examples/index.ts';
import { UsageError } from './usage-error.ts';

/** Describes the command line. Each command's module is loaded when it is used, so that none slows another down. */
export function createProgram(): Command {
  const program = new Command('showcase')
    .description("Run, measure, draw and judge a tutorial on Python's concurrency, in TypeScript")
    .exitOverride()
    .allowExcessArguments()
    .action(async (_options, { args: [unknown] }: Command) => {
      if (unknown !== undefined) throw new UsageError(notThere(unknown, program));
      const { start } = await import('./commands/start.ts');
      await start();
    });

  program
    .command('run')
    .allowExcessArguments(false)
    .description("run the tutorial's examples, which print what the tutorial's programs print and nothing else")
    .argument('[name]', `one of ${exampleNames.join(', ')}; all of them if left out`)
    .action(async (name: string | undefined) => {
      const { run } = await import('./commands/run.ts');
      await run(name);
    });

  program
    .command('compare')
    .allowExcessArguments(false)
    .description(
      'measure every technique, judge every claim; ends with 0 as expected, 1 a verdict changed, 2 could not measure',
    )
    .option('--quick', 'measure less: under a quarter of a minute')
    .option('--html <file>', 'write the report as one page that needs nothing else')
    .option('--json <file>', 'write machine, samples and verdicts, as report.schema.json says')
    .option('--picture <file>', 'write the charts as one SVG')
    .option('--python', 'insist on the real Python')
    .option('--no-python', 'leave the real Python out')
    .action(async (options: CompareOptions) => {
      const { compare } = await import('./commands/compare.ts');
      await compare(options);
    });

  program
    .command('trace')
    .description('run a program and draw what its threads, processes and tasks do')
    .argument('[command...]', 'after --, such as: node program.js')
    .option('--json <file>', "write the timeline in Chrome's trace format, for Perfetto")
    .option('--svg <file>', 'write the timeline as a drawing')
    .option('--html <file>', 'write the timeline as a page')
    .action(async (command: string[], options: TraceCommandOptions) => {
      const { trace } = await import('./commands/trace.ts');
      await trace(command, options);
    });

  program
    .command('gallery')
    .allowExcessArguments(false)
    .description('make concurrent programs fail, and show how they do not')
    .argument('[failure]', 'one of them; all if left out')
    .action(async (failure: string | undefined) => {
      const { gallery } = await import('./commands/gallery.ts');
      await gallery(failure);
    });

  program
    .command('serve')
    .allowExcessArguments(false)
    .description('serve a page on this machine only, to try techniques out and to replay what they did')
    .option('--port <number>', 'where to listen; left out, any free port')
    .action(async ({ port }: { port?: string }) => {
      const { serve } = await import('./commands/serve.ts');
      await serve(port);
    });

  return program;
}

function notThere(name: string, { commands }: Command): string {
  return (
    `There is no command '${name}'. The commands are: ${commands.map((command) => command.name()).join(', ')}. ` +
    `Examples are started with 'run': ${exampleNames.join(', ')}`
  );
}
