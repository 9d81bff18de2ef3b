import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { encodeBytes } from '@weft/core/lowlevel';
import { Lock, Queue, QueueEmptyError, Semaphore, SharedArray } from '@weft/multiprocessing';
import { Random, hammer, until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('./fixtures/root.mjs', import.meta.url));
const CHAOS = new URL('./fixtures/chaos.mjs', import.meta.url);
/** Its bit in the masks of /proc. */
const SIGINT = 2;
const files = (part: string): string[] => readdirSync('/dev/shm').filter((file) => file.includes(part));

/** What the system tells of a process; nothing if that is gone. */
function factOf(id: number, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function processes(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((id) => id > 0);
}

function trackersOf(tree: string): number[] {
  return processes().filter((id) => factOf(id, 'cmdline').includes(`weft-tracker\0/dev/shm/weft-${tree}`));
}

/** Whether a tracker has nothing to read any more, but sleeps between its looks. */
function isWatching(tracker: number): boolean {
  return processes().some(
    (id) => factOf(id, 'cmdline').startsWith('sleep') && factOf(id, 'stat').includes(`(sleep) S ${tracker} `),
  );
}

/** Starts the first process of a tree of its own; answers when it has something of everything. */
async function startRoot(way: string, name: string): Promise<{ child: ChildProcess; tree: string }> {
  const { WEFT_TREE: _tree, ...env } = process.env;
  const child = spawn(process.execPath, [ROOT, way, name], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The root ended with ${String(code)} before it had anything`);
  });
  failed.catch(() => {});
  const [line] = (await Promise.race([once(child.stdout as NonNullable<typeof child.stdout>, 'data'), failed])) as [
    Buffer,
  ];
  return { child, tree: line.toString().trim() };
}

describe('what a tree of processes shared', () => {
  it.each(['exit', 'throw'])('is gone as soon as its root has ended by %s', async (way) => {
    const name = `weft-named-${way}-${process.pid}`;
    const { child, tree } = await startRoot(way, name);
    await once(child, 'exit');
    expect([...files(tree), ...files(name)]).toEqual([]);
  });

  it('is gone soon after its root was killed, every time [MP-278]', async () => {
    await hammer(5, async (random, round) => {
      const name = `weft-named-${process.pid}-${round}-${random.int(0, 1e6)} 'quoted' $HOME\n\n`;
      const { child, tree } = await startRoot('stay', name);
      expect(files(tree).length).toBeGreaterThan(8);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await until(() => files(tree).length + files(name).length === 0, 'nothing is left in /dev/shm');
    });
  });

  it('is gone too when the tracker was killed before, which another one replaces [MP-276, MP-280]', async () => {
    const name = `weft-named-tracker-${process.pid}`;
    const { child, tree } = await startRoot('stay', name);
    const [first] = trackersOf(tree);
    const ignores = (): boolean =>
      (Number.parseInt(readFileSync(`/proc/${first}/status`, 'utf8').split('SigIgn:')[1] as string, 16) & SIGINT) !== 0;
    await until(ignores, 'the tracker ignores Ctrl-C');
    process.kill(first as number, 'SIGINT');
    expect(trackersOf(tree)).toEqual([first]);
    process.kill(first as number, 'SIGKILL');
    await until(() => {
      const [now = first, ...others] = trackersOf(tree);
      return now !== first && others.length === 0;
    }, 'another tracker runs');
    child.kill('SIGKILL');
    await until(() => files(tree).length + files(name).length === 0, 'nothing is left in /dev/shm');
  });
});

it('has one tracker, however many threads of its root share something', async () => {
  const own = new Lock();
  const tree = process.env['WEFT_TREE'] as string;
  const trackers = trackersOf(tree);
  expect(trackers.length).toBe(1);
  for (let count = 0; count < 3; count += 1) {
    const source = `import('@weft/multiprocessing').then(({ Lock }) => process.stdout.write(String(new Lock().locked())))`;
    expect(await once(new Worker(source, { eval: true, stdout: true }), 'exit')).toEqual([0]);
  }
  expect(trackersOf(tree)).toEqual(trackers);
  expect(own.locked()).toBe(false);
});

it('keeps its tracker when the thread that started it ends and shares nothing any more', async () => {
  const source = `
    import { once } from 'node:events';
    import { SHARE_ENV, Worker } from 'node:worker_threads';
    const thread = "import('@weft/multiprocessing').then(({ Lock }) => void new Lock())";
    await once(new Worker(thread, { eval: true, env: SHARE_ENV }), 'exit');
    console.log(process.env.WEFT_TREE);
    await once(process.stdin, 'data');
    const { SharedMemory } = await import('@weft/multiprocessing');
    new SharedMemory({ create: true, size: 1 });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, WEFT_TREE: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const tree = line.toString().trim();
  await until(() => trackersOf(tree).some(isWatching), 'the tracker looks around by itself');
  child.stdin.write('go');
  await once(child, 'exit');
  await until(() => files(tree).length + trackersOf(tree).length === 0, 'nothing is left, not even the tracker');
});

it.each(['', 'broker'])('says that too many files are open, and works once there are less: %s', (mode) => {
  const source = `
    import { closeSync, openSync } from 'node:fs';
    import { Lock, Process } from '@weft/multiprocessing';
    // What shared memory is mapped with is loaded by then.
    await new Process().start().join();
    const files = [];
    try {
      for (;;) files.push(openSync('/dev/null'));
    } catch {}
    for (let left = 0; left < 8; left += 1) {
      try {
        new Lock();
        break;
      } catch (error) {
        if (error.code !== 'EMFILE') throw error;
      }
      await new Promise(setImmediate);
      closeSync(files.pop());
    }
    for (const file of files) closeSync(file);
    console.log(new Lock());`;
  const command = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', source];
  const env = { ...process.env, WEFT_SHARED_MEMORY: mode, WEFT_TREE: '', WEFT_BROKER: '' };
  const { stdout, stderr } = spawnSync('/bin/sh', command, { env, encoding: 'utf8', timeout: 20_000 });
  expect([stdout, stderr]).toEqual(['Lock { unlocked }\n', '']);
});

describe('processes that are killed at random', () => {
  it('hang nobody, lose no item that they had put, and leave nothing [MP-073, MP-118, QU-068]', async () => {
    const [lock, semaphore, queue, checks] = [
      new Lock(),
      new Semaphore(2),
      new Queue<[number, number, unknown]>(100),
      new SharedArray('i', 4, { lock: false }),
    ];
    const alive = new Map<number, ChildProcess>();
    const ready: number[] = [];
    const failures: string[] = [];
    let started = 0;
    const start = (): void => {
      started += 1;
      const state = encodeBytes({ lock, semaphore, queue, checks, id: started }, { medium: 'process', path: 'state' });
      const child = fork(CHAOS, { execArgv: [], env: { ...process.env, CHAOS: state.toString('base64') } });
      const pid = child.pid as number;
      alive.set(pid, child);
      child.on('message', () => ready.push(pid));
      child.on('exit', (code, signal) => {
        if (signal !== 'SIGKILL') failures.push(`child ended with ${code ?? signal}`);
        alive.delete(pid);
      });
    };
    for (let i = 0; i < 3; i += 1) start();

    let over = false;
    const last = new Map<number, number>();
    const consume = async (): Promise<void> => {
      for (;;) {
        try {
          const [id, number] = await queue.get({ timeout: 500 });
          if (number !== (last.get(id) ?? -1) + 1) failures.push(`child ${id}: item ${number} after ${last.get(id)}`);
          last.set(id, number);
        } catch (error) {
          if (!(error instanceof QueueEmptyError)) throw error;
          if (over) return;
        }
      }
    };
    const consuming = consume();
    await hammer(25, async (random: Random) => {
      await until(() => ready.length > 0, 'a child is ready');
      await new Promise((resolve) => setTimeout(resolve, random.int(0, 25)));
      const [victim] = ready.splice(random.int(0, ready.length - 1), 1);
      process.kill(victim as number, 'SIGKILL');
      start();
      const guard = await lock.acquire({ timeout: 10_000 });
      Atomics.store(checks.typedArray, 0, 0);
      guard[Symbol.dispose]();
    });
    for (const child of alive.values()) child.kill('SIGKILL');
    await until(() => alive.size === 0, 'all are gone');
    over = true;
    await consuming;
    const guards = [
      await lock.acquire({ timeout: 5000 }),
      await semaphore.acquire({ timeout: 5000 }),
      await semaphore.acquire({ timeout: 5000 }),
    ];
    expect(semaphore.tryAcquire()).toBe(undefined);
    expect(guards.every((guard) => guard.held)).toBe(true);
    expect({ failures, intruders: checks[1] }).toEqual({ failures: [], intruders: 0 });
    expect(last.size).toBeGreaterThan(5);
  });
});
