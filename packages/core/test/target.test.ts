import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TargetError, task } from '@weft/core';
import { describeTarget, loadTarget } from '@weft/core/lowlevel';
import anonymous, * as functions from './fixtures/functions.ts';

const run = promisify(execFile);
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const legacy = createRequire(import.meta.url)('./fixtures/legacy.cjs') as {
  double(x: number): number;
  getHidden(): () => void;
};

function refusalOf(body: () => unknown): TargetError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(TargetError);
    return error as TargetError;
  }
  throw new Error('It was not refused');
}

it('names the file of a function as it is called, whatever characters it has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft #1 50%25 é?'));
  try {
    const path = join(folder, 'hidden.mjs');
    await writeFile(path, 'function hidden() {}\nexport const find = () => hidden;\n');
    const core = JSON.stringify(new URL('../dist/lowlevel.js', import.meta.url).href);
    const program = `import { describeTarget } from ${core};
      const { find } = await import(${JSON.stringify(pathToFileURL(path).href)});
      try { describeTarget(find()); } catch (error) { console.log(error.message); }`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
    expect(stdout).toContain(`Cannot run hidden (${path}:1) elsewhere`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('describeTarget', () => {
  it.each([
    ['square', functions.square],
    ['revealed', functions.revealed],
    ['default', anonymous],
    ['Shape.area', functions.Shape.area],
    ['arrow', functions.arrow],
    ['later', functions.later],
    ['group.inner', functions.group.inner],
  ])('finds the export %s of its module', async (name, target) => {
    const reference = describeTarget(target);

    expect(reference).toMatchObject({
      module: new URL('fixtures/functions.ts', import.meta.url).href,
      name,
      exact: true,
    });
    expect(structuredClone(reference)).toEqual(reference);
    expect(await loadTarget(reference)).toBe(target);
  });

  it('finds functions of CommonJS modules, of packages and of Node', async () => {
    const { describeClass } = await import('@weft/core/lowlevel');
    expect(describeTarget(legacy.double)).toMatchObject({ name: 'double', exact: true });
    expect(await loadTarget(describeTarget(legacy.double))).toBe(legacy.double);
    expect(describeTarget(describeClass)).toMatchObject({ name: 'describeClass', exact: true });
    expect(describeTarget(join)).toMatchObject({ module: expect.stringMatching(/^node:path/) as string, name: 'join' });
  });

  it('finds the function that a CommonJS module is', async () => {
    const triple = createRequire(import.meta.url)('./fixtures/legacy-function.cjs') as (x: number) => number;
    const reference = describeTarget(triple);
    expect(reference).toMatchObject({ name: 'default', exact: true });
    expect(await loadTarget(structuredClone(reference))).toBe(triple);
    const url = JSON.stringify(new URL('fixtures/legacy-function.cjs', import.meta.url).href);
    const text = `import triple from ${url};
      import { describeTarget } from ${JSON.stringify(import.meta.resolve('@weft/core/lowlevel'))};
      console.log(describeTarget(triple).name);`;
    expect((await run(process.execPath, ['--input-type=module', '--eval', text])).stdout).toBe('default\n');
  });

  it('finds what Node itself made where programs import it, and refuses what they cannot', async () => {
    const reference = describeTarget(readFile);
    expect(reference).toMatchObject({ module: 'node:fs/promises', name: 'readFile', exact: true });
    expect(await loadTarget(structuredClone(reference))).toBe(readFile);
    expect(refusalOf(() => describeTarget(AbortSignal.prototype.throwIfAborted)).message).toContain('native function');
  });

  it('looks a function up once', () => {
    expect(describeTarget(functions.square)).toBe(describeTarget(functions.square));
  });

  it('refuses a function that is not exported, with its name and place', () => {
    const { message } = refusalOf(() => describeTarget(functions.getLocal()));
    expect(message).toMatch(/^Cannot run local \(.*functions\.ts:\d+\) elsewhere: its module does not export it/);
    refusalOf(() => describeTarget(legacy.getHidden()));
  });

  it('refuses a closure, a bound, a native, an evaluated function and a class', () => {
    expect(refusalOf(() => describeTarget(functions.makeClosure(2))).message).toMatch(
      /^Cannot run scale .* it is a closure/,
    );
    expect(refusalOf(() => describeTarget(functions.square.bind(null))).message).toContain('bound function');
    expect(refusalOf(() => describeTarget(Math.max)).message).toContain('native function');
    expect(refusalOf(() => describeTarget(functions.evaluated)).message).toMatch(/evaluating text/);
    expect(refusalOf(() => describeTarget(functions.Shape as never)).message).toContain('a class needs "new"');
  });

  it('refuses what is no function', () => {
    expect(() => describeTarget('square' as never)).toThrow(TypeError);
  });

  it('works in a program that is still being evaluated', async () => {
    const { stdout } = await run(process.execPath, [fixture('waiting.mjs')]);
    expect(JSON.parse(stdout)).toEqual({
      name: 'exported',
      exact: false,
      found: true,
      members: ['Shape.area', 'group.inner'],
      membersFound: [true, true],
      refused: [true, true, true],
      sameClass: true,
      extra: 1,
    });
  });

  it('calls no getter on the way', async () => {
    const { Service, settings } = await import('./fixtures/members.mjs');
    expect(describeTarget(Service.start).name).toBe('Service.start');
    expect(describeTarget(settings.read).name).toBe('settings.read');
    expect(refusalOf(() => describeTarget(new Service().stop)).message).toMatch(/does not export it/);
    expect((globalThis as { gettersCalled?: number }).gettersCalled).toBe(0);
  });

  it('says what to do with a function that a wrapper made', async () => {
    const { memoise } = await import('./fixtures/memoised.mjs');
    expect(refusalOf(() => describeTarget(memoise(() => 1))).message).toMatch(
      /^Cannot run memoised .* task\(import\.meta, fn\)$/,
    );
  });

  it('refuses a function of a program given on the command line', async () => {
    const text = `import { describeTarget } from ${JSON.stringify(import.meta.resolve('@weft/core/lowlevel'))};
      export function square() {}
      try { describeTarget(square); } catch (error) { console.log(error.message); }`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', text]);
    expect(stdout).toMatch(/it was made by evaluating text/);
  });

  it('takes a function that was not loaded by Node by its name, without evaluating its module again', async () => {
    const file = fixture('broken.mjs');
    const { compileFunction } = await import('node:vm');
    const fine = (
      compileFunction('const own = 1; function fine() { return own; } return fine;', [], {
        filename: file,
      }) as () => () => number
    )();
    expect(describeTarget(fine)).toMatchObject({ name: 'fine', exact: false, digest: 0 });
  });

  it('does not evaluate a module again where require is not Node’s own', async () => {
    const { stdout } = await run(process.execPath, [fixture('replaced-loader.mjs')]);
    expect(stdout).toBe('memoise false true\n');
  });

  it('leaves the coverage that somebody else takes alone', async () => {
    const { stdout } = await run(process.execPath, [fixture('covered.mjs')]);
    expect(stdout).toBe('wanted 2\n');
  });

  it('asks for no list of scripts where the function is of a module that calls, and disturbs no other session', async () => {
    const { stdout } = await run(process.execPath, [fixture('own-module.mjs')]);
    expect(JSON.parse(stdout)).toEqual({ name: 'wanted', lists: [], thrown: [], heard: 1 });
  });

  it('leaves a debugger that the user attached alone', async () => {
    const session = new Session();
    session.connect();
    const paused: string[] = [];
    session.on('Debugger.scriptParsed', () => paused.push('parsed'));
    session.post('Debugger.enable');
    const before = paused.length;
    const { freshlyLoaded } = (await import('./fixtures/fresh.mjs')) as { freshlyLoaded: () => void };
    expect(describeTarget(freshlyLoaded).name).toBe('freshlyLoaded');
    await import('./fixtures/fresher.mjs');
    expect(paused.length).toBeGreaterThan(before + 1);
    session.disconnect();
  });
});

describe('loadTarget', () => {
  it('reports a module that throws when it is imported, with its error as cause', async () => {
    process.env['WEFT_TEST_BROKEN'] = '1';
    const reference = {
      module: new URL('fixtures/broken.mjs', import.meta.url).href,
      name: 'fine',
      exact: true,
      digest: 0,
    };
    const load = async (): Promise<unknown> => await loadTarget(reference);
    await expect(load()).rejects.toThrow(TargetError);
    await expect(load()).rejects.toMatchObject({ cause: expect.any(RangeError) as RangeError });
    delete process.env['WEFT_TEST_BROKEN'];
  });

  it('reports a module that is not there, and an export that is not there', async () => {
    const reference = describeTarget(functions.square);
    const load = async (change: object): Promise<unknown> => await loadTarget({ ...reference, ...change });
    await expect(load({ module: new URL('fixtures/none.mjs', import.meta.url).href })).rejects.toThrow(
      /Cannot import .*none\.mjs/,
    );
    await expect(load({ name: 'cube' })).rejects.toThrow(/no such function is exported/);
  });

  it('reports an export that is another function now', async () => {
    const reference = { ...describeTarget(functions.square), name: 'arrow' };
    await expect(async () => await loadTarget(reference)).rejects.toThrow(/not the function that was sent/);
  });

  it('takes a function by its name alone where its text is not comparable', async () => {
    const reference = { ...describeTarget(functions.square), exact: false, digest: 0 };
    expect(await loadTarget(reference)).toBe(functions.square);
    await expect(async () => await loadTarget({ ...reference, name: 'cube' })).rejects.toThrow(TargetError);
  });

  it('finds a function inside an object whose name was a guess', async () => {
    const reference = { ...describeTarget(functions.group.inner), name: 'inner', exact: false };
    expect(await loadTarget(reference)).toBe(functions.group.inner);
  });

  it('finds a function whose name was a guess by its text', async () => {
    const reference = { ...describeTarget(functions.revealed), name: 'concealed', exact: false };
    expect(await loadTarget(reference)).toBe(functions.revealed);
  });
});

describe('task', () => {
  it('marks a function that its module does not export', async () => {
    await import('./fixtures/marked.mjs');
    const { marked } = globalThis as unknown as { marked: (x: number) => number };
    const reference = describeTarget(marked);
    expect(reference).toMatchObject({ module: new URL('fixtures/marked.mjs', import.meta.url).href, name: 'triple' });
    expect(await loadTarget(structuredClone(reference))).toBe(marked);
  });

  it('refuses what is no function, and a function without a name', () => {
    expect(() => task(import.meta, 1 as never)).toThrow(TypeError);
    expect(() => task(import.meta, (() => 1) as () => number, '')).toThrow(/without a name/);
  });

  it('tells functions of one name in a bundle apart', async () => {
    await import('./fixtures/bundle.mjs');
    const [square, square2] = (globalThis as unknown as { squares: [() => unknown, () => unknown] }).squares;
    expect(await loadTarget(structuredClone(describeTarget(square)))).toBe(square);
    expect(await loadTarget(structuredClone(describeTarget(square2)))).toBe(square2);
  });

  it('trusts the name of a marked function whose text a test runner transformed', async () => {
    await import('./fixtures/marked.mjs');
    const { marked } = globalThis as unknown as { marked: () => unknown };
    expect(await loadTarget({ ...describeTarget(marked), digest: 1 })).toBe(marked);
  });

  it('refuses an import.meta without an address', () => {
    expect(() => task({} as ImportMeta, functions.square)).toThrow(/bundle as an ES module/);
  });
});
