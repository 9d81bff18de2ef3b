import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import {
  type CallGraph,
  Lock,
  Queue,
  type Task,
  TaskGroup,
  type TaskMessage,
  captureCallGraph,
  createTask,
  currentTask,
  formatCallGraph,
  gather,
  printCallGraph,
  shield,
  sleep,
} from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

describe('the call graph', () => {
  it(
    'says who awaits whom, through gathers, groups and shields',
    inRun(async () => {
      const lock = new Lock();
      const queue = new Queue<string>();
      await lock.acquire();
      const locker = createTask(() => lock.acquire(), { name: 'locker' });
      const group = createTask(
        () =>
          TaskGroup.run((tasks) => {
            tasks.createTask(() => queue.get(), { name: 'getter' });
          }),
        { name: 'grouping' },
      );
      const top = createTask(async () => gather(locker, shield(group)), { name: 'top' });
      await turns();
      const written: string[] = [];
      printCallGraph(undefined, { file: { write: (text) => written.push(text) } });
      expect(written.join('')).toBe(
        [
          "task 'main', pending",
          "task 'top' waits for a gather of 2",
          "├── task 'locker' waits to acquire a lock",
          "└── task 'grouping' waits for the tasks of a group",
          "    └── task 'getter' waits to get an item",
          '',
        ].join('\n'),
      );
      expect(formatCallGraph(locker)).toBe(
        [
          "task 'locker' waits to acquire a lock",
          '└── awaited by a gather of 2, pending',
          "    └── awaited by task 'top' waits for a gather of 2",
        ].join('\n'),
      );
      const graph = captureCallGraph(locker);
      expect(graph).toMatchObject({
        future: locker,
        name: "task 'locker'",
        state: 'pending',
        waits: 'to acquire a lock',
      });
      expect(graph.createdAt).toMatch(/call-graph\.test\.ts/);
      expect(captureCallGraph()?.future).toBe(currentTask());
      top.cancel();
      group.cancel();
      await thrownBy(() => top);
    }),
  );

  it('is nothing outside of tasks', () => {
    expect(captureCallGraph()).toBe(undefined);
  });

  it(
    'shows tasks that await each other in a circle, once',
    inRun(async () => {
      const tasks: Task[] = [];
      for (const [name, next] of Object.entries({ left: 1, right: 0 })) {
        tasks.push(
          createTask(
            async () => {
              await sleep(0);
              await tasks[next];
            },
            { name },
          ),
        );
      }
      await turns();
      const circle = [
        "task 'left' waits for task 'right'",
        "└── task 'right' waits for task 'left'",
        "    └── task 'left' waits for task 'right', see above",
      ];
      expect(formatCallGraph()).toBe(["task 'main', pending", ...circle].join('\n'));
      expect(formatCallGraph(tasks[0])).toBe(
        ["task 'left' waits for task 'right'", "└── awaited by task 'right' waits for task 'left'"].join('\n'),
      );
      tasks[0]?.cancel();
      for (const task of tasks) await thrownBy(() => task);
    }),
  );

  it(
    'shows very many tasks, next to each other and one below the other, in little time',
    inRun(async () => {
      const wide = Array.from({ length: 20_000 }, () => createTask(() => sleep(60_000)));
      const deep = [createTask(() => sleep(60_000))];
      for (let below = deep[0] as Task<void>; deep.length < 2_000; deep.push(below)) {
        const awaited = below;
        below = createTask(async () => awaited);
      }
      const gathering = createTask(async () => gather(wide));
      await turns();
      const begin = performance.now();
      const lines = formatCallGraph().split('\n');
      expect(performance.now() - begin).toBeLessThan(10_000);
      expect(lines).toHaveLength(1 + wide.length + deep.length + 1);
      for (const task of [gathering, ...deep]) task.cancel();
      await gather.settled(gathering, ...deep);
    }),
  );
});

it(
  'captureCallGraph goes up however many tasks await each other',
  inRun(async () => {
    const innermost = createTask(() => sleep(60_000));
    let outermost: Task<void> = innermost;
    for (let made = 1; made < 20_000; made += 1) {
      const below = outermost;
      outermost = createTask(async () => below);
    }
    await turns();
    let depth = 0;
    for (let at: CallGraph | undefined = captureCallGraph(innermost); at !== undefined; [at] = at.awaitedBy) depth += 1;
    expect(depth).toBe(20_000);
    outermost.cancel();
    await gather.settled(outermost);
  }),
);

describe('the diagnostics channel weft:task', () => {
  it(
    'tells what tasks do and what they wait for, while somebody listens',
    inRun(async () => {
      const log: string[] = [];
      const listen = (message: unknown): void => {
        const { type, name, waits, state, parent } = message as TaskMessage;
        if (name === 'watched') log.push([type, waits ?? state ?? parent].filter(Boolean).join(' '));
      };
      subscribe('weft:task', listen);
      const task = createTask(() => new Queue().get(), { name: 'watched' });
      await turns();
      task.cancel();
      await thrownBy(() => task);
      unsubscribe('weft:task', listen);
      await createTask(() => sleep(0), { name: 'watched' });
      expect(log).toEqual(['created main', 'started', 'waiting to get an item', 'done cancelled']);
    }),
  );
});
