import * as tasks from '../tasks.ts';

// The least that a pool of processes can be: a message there, a message back.
process.on('message', ([id, task, value]: [number, keyof typeof tasks, never]) => {
  const result: unknown = tasks[task](value);
  if (result instanceof Promise) void result.then((late: unknown) => process.send?.([id, late]));
  else process.send?.([id, result]);
});
