// Sums the JSON reports of every suite on every Node line given: node summary.mjs 22 24 26
// With --suites it lists the folders that have a suite to run on a line: node summary.mjs --suites 22
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

const suites = ['packages', 'apps', 'tooling', '.']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)))
  .filter((folder) => existsSync(join(root, folder, 'vitest.config.ts')));

/** The benchmarks compare on one Node line, the workspace's own; whatever a user runs, on all. */
const suitesOn = (line) => suites.filter((suite) => line === '24' || suite !== join('apps', 'bench'));

/** A file that failed to load, and an error outside of every test, count as one failure each. */
function count(report) {
  const failedToLoad = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + failedToLoad.length;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

/** What failed, with the message: the end of a log may be all that is kept of it. */
function failures(report) {
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (file.status === 'failed' && tests.length === 0) return [`${relative(root, file.name)}: ${file.message}`];
    return tests.map((test) => `${relative(root, file.name)}: ${test.fullName}\n${test.failureMessages.join('\n')}`);
  });
}

function read(suite, line) {
  const path = join(suite, 'reports', `node-${line}.json`);
  try {
    const report = JSON.parse(readFileSync(join(root, path), 'utf8'));
    return { path, ...count(report), messages: failures(report) };
  } catch {
    return { path: `${path} (missing)`, passed: 0, failed: 1, messages: [] };
  }
}

if (process.argv[2] === '--suites') {
  console.log(suitesOn(process.argv[3]).join('\n'));
} else {
  const results = process.argv.slice(2).flatMap((line) => suitesOn(line).map((suite) => read(suite, line)));
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  for (const { path, messages } of results) for (const message of messages) console.log(`${path}: ${message}\n`);
  for (const { path, passed, failed } of results) console.log(`${path}: ${passed} passed, ${failed} failed`);
  console.log(`Tests: ${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
}
