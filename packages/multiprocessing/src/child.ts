/** The program of a child: it reads what its parent wants of it, and does that. */
import { exitDirectly } from './internal/direct-exit.ts';
import { expectBinary } from './internal/libc.ts';
import { printDirectly } from './internal/output.ts';
import { readNow } from './internal/own-channel.ts';
import { type Preparation, becomeChild } from './internal/own-process.ts';
import { dieWithParent } from './internal/parent-death.ts';
import { runTarget } from './internal/run-target.ts';

const preparation = JSON.parse(readNow(readNow(4).readUInt32LE()).toString()) as Preparation;
becomeChild(preparation);
if (preparation.cwd !== undefined) process.chdir(preparation.cwd);
printDirectly();
if (preparation.library !== undefined) {
  expectBinary(preparation.library);
  exitDirectly();
}
await runTarget(preparation, dieWithParent(preparation.parent.pid));
