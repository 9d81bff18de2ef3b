import { runScript } from '@weft/testkit';
import { expect, it } from 'vitest';

const header = `
import { Event, ThreadPoolExecutor } from '@weft/threading';
import * as tasks from '${new URL('fixtures/pool-tasks.ts', import.meta.url).href}';
`;

it('finishes what is pending before the program ends, without a shutdown [FU-086]', async () => {
  const end = await runScript(`${header}
    const pool = new ThreadPoolExecutor();
    pool.submit(tasks.sleep, 50).addDoneCallback(() => console.log('apple'));
  `);
  expect(end).toMatchObject({ stdout: 'apple\n', stderr: '', exitCode: 0, timedOut: false });
});

const EARLY_ENDS: readonly [how: string, exitCode: number][] = [
  ['process.exit(3);', 3],
  ["throw new Error('early');", 1],
  ["void Promise.reject(new Error('early'));", 1],
  ['exit(3);', 3],
];

it.each(EARLY_ENDS)(
  'loses what is pending when the program is ended early, and does not wait for it: %s',
  async (how, exitCode) => {
    const end = await runScript(`${header}
    import { exit } from '@weft/threading';
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const open = new Event();
    const started = new Event();
    for (const task of [pool.submit(tasks.hold, started, open), pool.submit(tasks.inc, 1)])
      task.addDoneCallback(() => console.log('done'));
    await started.wait();
    ${how}
    await new Promise(() => setInterval(() => {}, 1000));
  `);
    expect(end).toMatchObject({ stdout: '', exitCode, timedOut: false });
  },
);

it('refuses tasks in an exit handler [FU-087]', async () => {
  const end = await runScript(`${header}
    const pool = new ThreadPoolExecutor();
    await pool.submit(tasks.inc, 1);
    process.on('exit', () => {
      try {
        pool.submit(tasks.inc, 1);
      } catch (error) {
        console.log(error.name);
      }
    });
  `);
  expect(end).toMatchObject({ stdout: 'InvalidStateError\n', stderr: '', exitCode: 0, timedOut: false });
});

it('finishes its tasks after a shutdown that does not wait, and its threads end by themselves [FU-088]', async () => {
  const end = await runScript(`${header}
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    for (const ms of [30, 20, 10]) pool.submit(tasks.sleep, ms).addDoneCallback((future) => console.log(future.resultSync()));
    await pool.shutdown({ wait: false });
    console.log('at once');
  `);
  expect(end).toMatchObject({ stderr: '', exitCode: 0, timedOut: false });
  expect(end.stdout.split('\n')[0]).toBe('at once');
  expect(end.stdout.trim().split('\n').toSorted()).toEqual(['10', '20', '30', 'at once']);
});

it('lets the program end while its workers are idle [FU-093]', async () => {
  const end = await runScript(`${header}
    const pool = new ThreadPoolExecutor({ maxWorkers: 3 });
    console.log(await Promise.all([1, 2, 3, 4].map((x) => pool.submit(tasks.inc, x))));
  `);
  expect(end).toMatchObject({ stdout: '[ 2, 3, 4, 5 ]\n', stderr: '', exitCode: 0, timedOut: false });
});

it('ends its threads when nobody has it any more, and finishes its tasks before [FU-091]', async () => {
  const end = await runScript(
    `${header}
    import { activeCount } from '@weft/threading';
    const submit = () => new ThreadPoolExecutor({ maxWorkers: 1 }).submit(tasks.sleep, 20);
    const future = submit();
    gc();
    console.log(await future);
    for (let i = 0; i < 1000 && activeCount() > 1; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
    console.log(activeCount());
  `,
    { execArgv: ['--expose-gc'] },
  );
  expect(end).toMatchObject({ stdout: '20\n1\n', stderr: '', exitCode: 0, timedOut: false });
});

it('keeps neither arguments nor results of futures that nobody has [FU-024]', async () => {
  const end = await runScript(
    `${header}
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const references = [];
    const run = async () => {
      const argument = new Map([[1, { big: true }]]);
      const future = pool.submit(tasks.echo, argument);
      const result = await future;
      references.push(new WeakRef(argument), new WeakRef(result), new WeakRef(future));
    };
    await run();
    await pool.submit(tasks.inc, 1);
    for (let i = 0; i < 100 && references.some((reference) => reference.deref()); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
    console.log(references.map((reference) => reference.deref() === undefined));
  `,
    { execArgv: ['--expose-gc'] },
  );
  expect(end).toMatchObject({ stdout: '[ true, true, true ]\n', stderr: '', exitCode: 0, timedOut: false });
});

it('shows what tasks print at once, also while the main thread blocks for their result', async () => {
  const end = await runScript(`${header}
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    console.log('before');
    pool.submitSync(tasks.print, 'during');
    console.log('after');
  `);
  expect(end).toMatchObject({ stdout: 'before\nduring\nafter\n', stderr: '', exitCode: 0, timedOut: false });
});

it('keeps no arguments in the workers after the task [FU-111]', async () => {
  const end = await runScript(
    `${header}
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(tasks.remember, new Map([[1, { big: true }]]));
    let remembered = true;
    for (let i = 0; i < 200 && remembered; i += 1) remembered = await pool.submit(tasks.isRemembered);
    console.log(remembered);
  `,
    { execArgv: ['--expose-gc'] },
  );
  expect(end).toMatchObject({ stdout: 'false\n', stderr: '', exitCode: 0, timedOut: false });
});

it('refuses to start threads without end from a module that starts them as it is imported', async () => {
  const end = await runScript(`
    import { Thread, ThreadPoolExecutor } from '@weft/threading';
    export const inc = (x) => x + 1;
    export const print = () => console.log('ran');
    new Thread({ target: print, name: 'Careless' }).start();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(inc, 1).result().catch((error) => console.log(error.name, error.cause.name));
  `);
  expect(end).toMatchObject({ stdout: 'TargetError InvalidStateError\n', timedOut: false });
  expect(end.stderr).toMatch(/^Exception in thread Careless:/m);
  expect(end.stderr).toMatch(/it would start threads without end; put what starts threads behind "if \(isMain/);
});
