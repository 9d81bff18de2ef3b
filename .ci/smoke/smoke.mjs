// Uses each installed package as a user's program would, and sees it end by itself: node smoke.mjs
import { spawnSync } from 'node:child_process';

for (const name of ['core', 'threading', 'multiprocessing', 'async', 'combined']) {
  const { status, signal } = spawnSync(process.execPath, [`${name}.mjs`], { stdio: 'inherit', timeout: 30_000 });
  const works = status === 0;
  console.log(`@weft/${name} ${works ? 'works' : `fails (${signal ?? status})`} on Node ${process.versions.node}`);
  if (!works) process.exitCode = 1;
}
