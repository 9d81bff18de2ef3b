import { type CreateExecutorOptions, type ExecutorLike, executorConformance, executorRows } from '../src/executor.ts';
import { type Broken, noticesBroken } from './broken.ts';
import { ReferenceExecutor } from './reference/executor.ts';

type Create = (options?: CreateExecutorOptions) => ExecutorLike;

executorConformance('a right executor', {
  create: (options) => new ReferenceExecutor(options) as unknown as ExecutorLike,
});

// Workers take longer to start than promises to settle.
const broken: Record<string, Broken<Create>> = {
  'cancels nothing when it is shut down': {
    failing: /cancels what has not started when it is told to/,
    create: (options) =>
      made(
        new (class extends ReferenceExecutor {
          override shutdown({ wait = true } = {}): Promise<void> {
            return super.shutdown({ wait });
          }
        })(options),
      ),
  },
  'does not wait when it is disposed of': {
    failing: /waits for all its tasks when it is disposed of/,
    create: (options) =>
      made(
        new (class extends ReferenceExecutor {
          override async [Symbol.asyncDispose](): Promise<void> {
            await this.shutdown({ wait: false });
          }
        })(options),
      ),
  },
  'takes one worker more than it may': {
    failing: /no more than it has workers|uses a worker again/,
    create: (options = {}) => made(new ReferenceExecutor({ ...options, maxWorkers: (options.maxWorkers ?? 2) + 1 })),
  },
  'forgets its initializer': {
    failing: /runs its initializer/,
    create: ({ initializer: _, ...options } = {}) => made(new ReferenceExecutor(options)),
  },
  'pretends to cancel': {
    failing: /cancels a task that has not started/,
    create: (options) =>
      made(
        new (class extends ReferenceExecutor {
          protected override withdraw(): boolean {
            return false;
          }
        })(options),
      ),
  },
};

for (const [name, { create, failing }] of Object.entries(broken)) {
  noticesBroken(
    'an executor',
    { [name]: { create, failing } },
    () => executorRows({ create }).filter((row) => failing.test(row.title)),
    4_000,
  );
}

function made(executor: ReferenceExecutor): ExecutorLike {
  return executor as unknown as ExecutorLike;
}
