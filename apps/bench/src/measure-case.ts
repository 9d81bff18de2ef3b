import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import type { BenchCase, Size, Subject } from './bench-case.ts';
import { median } from './statistics.ts';
import { versionOf } from './version.ts';

/** What one subject reached. */
export interface SubjectResult {
  name: string;
  role: Subject['role'];
  version: string;
  median: number;
  samples: number[];
  /** Above 1, ours is so many times better; below, worse. */
  ratioToOurs: number;
}

/** What all subjects reached in a case. */
export interface CaseResult {
  area: string;
  case: string;
  unit: string;
  better: 'higher' | 'lower';
  subjects: SubjectResult[];
  /** Those who cannot do it, or failed, and why. */
  absent: { name: string; reason: string }[];
  note?: string;
}

/** How a case is run. */
export interface MeasureOptions {
  size: Size;
  rounds: number;
  /** How long a pool's subject warms up, and is then measured, at least, in milliseconds; left out, as the size says. */
  least?: number | undefined;
  onProgress?(done: number, total: number, subject: string): void;
}

const script = fileURLToPath(new URL('./run-subject.js', import.meta.url));
/** How long a subject warms up, and is then measured, at least, in milliseconds. */
const LEAST: Record<Size, number> = { toy: 0, quick: 25, full: 1_500 };
/** How long one measurement may take, in milliseconds, before it is given up. */
const LONGEST: Record<Size, number> = { toy: 20_000, quick: 30_000, full: 300_000 };

/** Measures all subjects of a case in turn, each in a process of its own, round by round. */
export async function measureCase(benchCase: BenchCase, options: MeasureOptions): Promise<CaseResult> {
  const samples = new Map<Subject, number[]>(benchCase.subjects.map((subject) => [subject, []]));
  const absent = [...(benchCase.absent ?? [])];
  let done = 0;
  for (let round = 0; round < options.rounds; round += 1) {
    // Every other round goes backwards, so that nobody always runs after the same neighbour.
    const order = round % 2 === 0 ? [...samples.keys()] : [...samples.keys()].toReversed();
    for (const subject of order) {
      options.onProgress?.(done, options.rounds * benchCase.subjects.length, subject.name);
      done += 1;
      try {
        samples.get(subject)?.push(await measureOnce(benchCase, subject, options));
      } catch (error) {
        samples.delete(subject);
        absent.push({ name: subject.name, reason: reasonOf(error) });
      }
    }
  }
  return summarise(benchCase, samples, absent);
}

async function measureOnce(benchCase: BenchCase, subject: Subject, options: MeasureOptions): Promise<number> {
  const { size, least = LEAST[size] } = options;
  const args = [benchCase.area, benchCase.name, subject.name, String(benchCase.amounts[size]), String(least)];
  const { stdout } = await execaNode(script, args, {
    timeout: LONGEST[size],
    nodeOptions: ['--expose-gc', '--no-warnings'],
  });
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { figure } = JSON.parse(line) as { figure: number };
  if (!Number.isFinite(figure)) throw new Error(`it measured ${figure}`);
  return figure;
}

async function summarise(
  { area, name, unit, better, note }: BenchCase,
  samples: Map<Subject, number[]>,
  absent: CaseResult['absent'],
): Promise<CaseResult> {
  const ours = [...samples].find(([subject]) => subject.role === 'ours');
  const ourMedian = ours === undefined ? Number.NaN : median(ours[1]);
  const subjects: SubjectResult[] = [];
  for (const [subject, figures] of samples) {
    const middle = median(figures);
    const ratioToOurs = better === 'higher' ? ourMedian / middle : middle / ourMedian;
    const { role } = subject;
    subjects.push({
      name: subject.name,
      role,
      version: await versionOf(subject),
      median: middle,
      samples: figures,
      ratioToOurs,
    });
  }
  return { area, case: name, unit, better, subjects, absent, ...(note === undefined ? {} : { note }) };
}

function reasonOf(error: unknown): string {
  const { shortMessage, stderr } = error as { shortMessage?: string; stderr?: string };
  const cause = stderr?.split('\n').find((line) => /Error/.test(line));
  return cause?.trim() ?? shortMessage ?? String(error);
}
