import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import { buildTimeline } from '../../dist/trace/build-timeline.js';
import { parseRecords, runTraced } from '../../dist/trace/run-traced.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const example = (name: string) => fileURLToPath(new URL(`../../dist/examples/${name}.js`, import.meta.url));

describe('a traced program', () => {
  it('prints what it prints without being traced', async () => {
    const { output, exitCode } = await runTraced(['node', example('multiprocessing')]);
    expect(output).toBe(
      'Square of 1: 1\nSquare of 2: 4\nSquare of 3: 9\nSquare of 4: 16\nSquare of 5: 25\nMultiprocessing complete.',
    );
    expect(exitCode).toBe(0);
  });

  it('shows its threads', async () => {
    const { records } = await runTraced(['node', example('threading')]);
    const { lanes, arrows } = buildTimeline(records);
    expect(lanes.map(({ kind, name }) => `${kind} ${name.replace(/\d+\)/, 'pid)')}`).toSorted()).toEqual([
      'process threading.js (pid)',
      'thread Thread-1 (printNumbers)',
      'thread Thread-2 (printLetters)',
      'thread main thread',
    ]);
    expect(arrows.map(({ kind, label }) => `${kind} ${label}`).toSorted()).toEqual([
      'start Thread-1 (printNumbers)',
      'start Thread-2 (printLetters)',
    ]);
  });

  it('shows its child process and its tasks', async () => {
    const [child, tasks] = await Promise.all([
      runTraced(['node', example('multiprocessing')]),
      runTraced(['node', example('asyncio')]),
    ]);
    expect(
      buildTimeline(child.records)
        .lanes.filter(({ kind }) => kind === 'process')
        .map(({ name }) => name.replace(/\d+\)/, 'pid)')),
    ).toEqual(['multiprocessing.js (pid)', 'Process-1 (pid)']);
    const waits = buildTimeline(tasks.records).lanes.flatMap(({ spans }) => spans.map(({ reason }) => reason));
    expect(waits.filter((reason) => reason === 'sleep')).toHaveLength(6);
  });

  it.each(['threading', 'multiprocessing'])('shows which item came from which queue of %s', async (technique) => {
    const { records, output } = await runTraced(['node', fixture('two-queues.ts'), technique]);
    const { lanes, arrows } = buildTimeline(records);
    const ofLane = (id: string) => lanes.find((lane) => lane.id === id)?.name;
    const parent = lanes.find(({ kind }) => kind === 'thread')?.id;
    const items = arrows.filter(({ kind }) => kind === 'put/get');
    expect(output).toBe('2 4 6');
    // Three there, and three back on another queue.
    expect(items.filter(({ from }) => from.lane === parent)).toHaveLength(3);
    expect(items.filter(({ to }) => to.lane === parent)).toHaveLength(3);
    expect(items.map(({ to }) => ofLane(to.lane))).not.toContain(undefined);
  });

  it('is ended when it takes too long, and what it did until then is told', async () => {
    const { records, timedOut } = await runTraced(['node', '-e', 'setInterval(() => {}, 1000)'], { timeout: 1500 });
    expect(timedOut).toBe(true);
    expect(records.map(({ event }) => event)).toEqual(['begin', 'end']);
  });
});

it('reads the records of a thread that was killed while it wrote', () => {
  const record = '{"at":1,"process":1,"thread":0,"channel":"program","event":"begin"}';
  expect(parseRecords(`${record}\n{"at":2,"proc`)).toEqual([JSON.parse(record)]);
});

describe('showcase trace', () => {
  it('lets the program print and read as ever, and writes its timeline beside', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'showcase-test-'));
    try {
      const at = (name: string) => join(folder, name);
      const args = [
        'trace',
        '--json',
        at('t.json'),
        '--svg',
        at('t.svg'),
        '--html',
        at('t.html'),
        '--',
        'node',
        example('multiprocessing'),
      ];
      const { stdout, stderr, exitCode } = await runScript(cli, { args });
      expect(stdout).toMatch(/^Square of 1: 1\n[^]*Multiprocessing complete\.\n$/);
      expect(stderr).toContain('Process-1');
      expect(exitCode).toBe(0);
      const { traceEvents } = JSON.parse(await readFile(at('t.json'), 'utf8')) as { traceEvents: unknown[] };
      expect(traceEvents.length).toBeGreaterThan(5);
      expect(await readFile(at('t.svg'), 'utf8')).toMatch(/^<svg class="timeline wide"/);
      expect(await readFile(at('t.html'), 'utf8')).toContain('<table>');
      expect(await readdir(folder)).toHaveLength(3);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('ends with the status of the program', async () => {
    const { exitCode } = await runScript(cli, { args: ['trace', '--', 'node', '-e', 'process.exitCode = 7'] });
    expect(exitCode).toBe(7);
  });

  it('ends with the status of a program that a signal ended, as shells do', async () => {
    const ending = "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);";
    const { exitCode } = await runScript(cli, { args: ['trace', '--', 'node', '-e', ending] });
    expect(exitCode).toBe(143);
  });

  it.each([
    ['no-such-program', "Cannot run 'no-such-program': there is no such program\n"],
    ['/', "Cannot run '/': it is not a program, or not one that may be run\n"],
    ['', 'There is no program to trace. Say: showcase trace -- node program.js\n'],
  ])("says why it cannot run '%s'", async (program, complaint) => {
    const { stderr, exitCode } = await runScript(cli, { args: ['trace', '--', program] });
    expect({ stderr, exitCode }).toEqual({ stderr: complaint, exitCode: 2 });
  });
});
