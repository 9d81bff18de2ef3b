import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import {
  Lock,
  Queue,
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
});

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
