import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const KINDS = { TH: 'threading', QU: 'queue', MP: 'multiprocessing', FU: 'concurrent.futures', AS: 'asyncio' };

/** The numbers of the behaviours that this project owes, as ranges. */
const owed = JSON.parse(await readFile(join(import.meta.dirname, 'fixtures', 'behaviours.json'), 'utf8')) as Record<
  string,
  string
>;
const page = await readFile(join(root, 'docs', 'python-parity.md'), 'utf8');
const shown = new Set((await Promise.all((await suites()).map(namedBy))).flat());
const told = new Set(namesIn(page));

async function suites(): Promise<string[]> {
  const parents = ['packages', 'apps', 'tooling'].map((folder) => join(root, folder));
  const folders = (
    await Promise.all(parents.map(async (path) => (await readdir(path)).map((name) => join(path, name))))
  )
    .flat()
    .map((path) => join(path, 'test'));
  return [...folders, join(root, 'tooling', 'conformance', 'src'), join(root, 'examples', 'test')];
}

/** The ids that a folder's tests name, most of them in their titles: `wakes waiters in arrival order [TH-013, AS-121]`. */
async function namedBy(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const sources = files.filter((file) => /\.m?ts$|\.mjs$/.test(file));
  return (await Promise.all(sources.map((file) => readFile(join(folder, file), 'utf8')))).flatMap(namesIn);
}

/** The ids in a text, with those between: `AS-253 to AS-256`. */
function namesIn(text: string): string[] {
  const found = text.matchAll(/\b(?<kind>[A-Z]{2})-(?<first>\d{3})(?: to \k<kind>-(?<last>\d{3}))?/g);
  return [...found].flatMap(({ groups }) => {
    const { kind = '', first = '', last } = groups as Record<string, string | undefined>;
    return idsBetween(kind, Number(first), Number(last ?? first));
  });
}

function idsBetween(kind: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => `${kind}-${String(first + at).padStart(3, '0')}`);
}

function owedOf(kind: string): string[] {
  return (owed[kind] ?? '').split(' ').flatMap((range) => {
    const [first, last] = range.split('-');
    return idsBetween(kind, Number(first), Number(last ?? first));
  });
}

it.each(Object.keys(KINDS))('shows every behaviour of %s in a test, or says on the page why there is none', (kind) => {
  expect(owedOf(kind).length).toBeGreaterThan(50);
  expect(owedOf(kind).filter((id) => !shown.has(id) && !told.has(id))).toEqual([]);
});

it('counts on the page what the tests show', () => {
  const lines = Object.entries(KINDS).map(([kind, module]) => {
    const without = owedOf(kind).filter((id) => !shown.has(id));
    const count = owedOf(kind).length;
    return `| ${module} | ${kind} | ${count} | ${count - without.length} | ${without.join(', ') || '–'} |`;
  });
  expect(page.split('\n').filter((line) => /^\| [\w.]+ \| [A-Z]{2} \| \d/.test(line))).toEqual(lines);
});
