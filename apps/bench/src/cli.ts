#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { SingleBar, Presets } from 'cli-progress';
import { Argument, Command, Option } from 'commander';
import { areas, catalogue } from './catalogue.ts';
import type { Size } from './bench-case.ts';
import { describeMachine } from './machine.ts';
import { type CaseResult, measureCase } from './measure-case.ts';
import type { Report } from './report.ts';
import { toMarkdown } from './report/markdown.ts';
import { caseTable } from './report/table.ts';

interface Options {
  quick?: boolean;
  toy?: boolean;
  rounds?: string;
  least?: string;
  case?: string;
  json?: string;
  markdown?: string;
}

const ROUNDS: Record<Size, number> = { toy: 1, quick: 1, full: 5 };

await new Command('bench')
  .description('Measures Weft and its peers side by side, in turn, after checking that all give the same answers.')
  .addArgument(new Argument('[area]', 'measure one area only').choices(areas))
  .option('--case <text>', 'only cases whose name has this text in it')
  .option('--rounds <number>', 'how often each subject is measured; 5, or 1 with --quick')
  .option(
    '--least <milliseconds>',
    'how long to warm up, and for pools to measure then, at least; 1500, or 25 with --quick',
  )
  .option('--quick', 'smaller amounts, one round: two minutes in all')
  .addOption(new Option('--toy', 'the smallest amounts, to see that everything runs').hideHelp())
  .option('--json <file>', 'write all figures as JSON')
  .option('--markdown <file>', 'write a page of documentation')
  .action(main)
  .parseAsync();

async function main(area: string | undefined, options: Options): Promise<void> {
  const size: Size = options.toy ? 'toy' : options.quick ? 'quick' : 'full';
  const chosen = catalogue.filter(
    (one) => (area === undefined || one.area === area) && one.name.includes(options.case ?? ''),
  );
  if (chosen.length === 0)
    throw new Error(`Cannot measure anything: no case has ${JSON.stringify(options.case)} in its name`);
  const rounds = options.rounds === undefined ? ROUNDS[size] : Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`Cannot measure ${options.rounds} rounds: give a whole number`);
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} {subject}', clearOnComplete: true, noTTYOutput: false },
    Presets.shades_classic,
  );
  const least = options.least === undefined ? undefined : Number(options.least);
  if (least !== undefined && !(least >= 0))
    throw new Error(`Cannot measure for ${options.least} ms: give a number of milliseconds`);
  const cases: CaseResult[] = [];
  for (const one of chosen) {
    bar.start(rounds * one.subjects.length, 0, { subject: one.name });
    const onProgress = (done: number, _total: number, subject: string): void =>
      bar.update(done, { subject: `${one.name}: ${subject}` });
    cases.push(await measureCase(one, { size, rounds, least, onProgress }));
    bar.stop();
    console.log(`${caseTable(cases.at(-1) as CaseResult)}\n`);
  }
  const flags = process.argv
    .slice(2)
    .filter((flag, at, all) => !/^--(?:json|markdown)/.test(flag) && !/^--(?:json|markdown)$/.test(all[at - 1] ?? ''))
    .map((flag) => (flag.includes(' ') ? JSON.stringify(flag) : flag));
  const report: Report = {
    machine: await describeMachine(),
    date: new Date().toISOString().slice(0, 10),
    size,
    flags,
    cases,
  };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, `${toMarkdown(report)}\n`);
}
