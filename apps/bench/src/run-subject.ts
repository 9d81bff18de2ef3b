import type { BenchCase } from './bench-case.ts';

// Started by the harness for each figure: `run-subject AREA CASE SUBJECT AMOUNT LEAST`.
const [area, name, subjectName, amount, least] = process.argv.slice(2);
// Of the other areas nothing is loaded: hundreds of these processes are started.
const module = (await import(`./areas/${area}.js`)) as Record<string, BenchCase[]>;
const cases = Object.values(module).flat();
const benchCase = cases.find((candidate) => candidate.area === area && candidate.name === name);
const subject = benchCase?.subjects.find((candidate) => candidate.name === subjectName);
if (subject === undefined) throw new Error(`Cannot measure ${subjectName} in ${area}/${name}: no such subject`);

// Some libraries let the process end while a task is under way.
setInterval(() => {}, 1_000_000);
const figure = await subject.measure(Number(amount), Number(least));
process.stdout.write(`${JSON.stringify({ figure })}\n`, () => process.exit(0));
