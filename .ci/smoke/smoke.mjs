// Uses each installed package as a user would. Runs on every Node line, from the tarballs alone.
import * as core from './core.mjs';

for (const [name, smoke] of Object.entries({ core })) {
  await smoke.run();
  console.log(`@weft/${name} works on Node ${process.versions.node}`);
}
