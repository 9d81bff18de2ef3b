import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * The configuration every package's tests share.
 *
 * A package is tested as its users get it: tests import it under its own name, which is its `dist`.
 * Whatever is in `dist` or in `fixtures` is loaded by Node itself, not by Vite, so that a class or a function is the
 * same one in the test, in its fixtures and in the thread or process on the other side.
 */
export function packageTests(overrides: ViteUserConfig['test'] = {}): ViteUserConfig {
  const report = `reports/node-${process.versions.node.split('.')[0]}.json`;
  return defineConfig({
    oxc: { target: 'es2022' },
    test: {
      include: ['test/**/*.test.ts'],
      pool: 'forks',
      // Tests start threads and processes of their own.
      maxWorkers: 2,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      reporters: ['default', ['json', { outputFile: report }]],
      server: { deps: { external: [/\/dist\//, /\/fixtures\//, /\/tooling\//] } },
      ...overrides,
    },
  });
}
