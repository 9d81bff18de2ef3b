import type { Specimen } from '../gallery/exhibit.ts';
import type { Report } from './report.ts';
import { type JsonReport, reportSchema } from './schema.ts';

/**
 * Makes the JSON of a report: machine, raw samples and verdicts. Timelines are left out, `showcase trace` gives them.
 *
 * @throws {Error} If the result does not keep the published schema.
 */
export function toJson(report: Report): JsonReport {
  const { scale, seconds, machine, comparison, convoy, claims, python } = report;
  const json = {
    version: 1,
    scale,
    seconds,
    machine,
    listings: report.listings.map(({ timeline: _, ...listing }) => listing),
    comparison,
    convoy,
    claims,
    ...(python === undefined ? {} : { python }),
    failures: report.exhibits.map(({ id, title, broken, fixed }) => ({
      id,
      title,
      broken: outcome(broken),
      fixed: outcome(fixed),
    })),
  };
  // What is undefined is not written: the schema judges what is.
  return reportSchema.parse(JSON.parse(JSON.stringify(json)));
}

function outcome({ output, hung, exitCode }: Specimen): Pick<Specimen, 'output' | 'hung' | 'exitCode'> {
  return { output, hung, exitCode };
}
