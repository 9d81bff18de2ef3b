import { hasPty, runScript } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const progress = new URL('../../dist/terminal/progress.js', import.meta.url).href;

describe.runIf(hasPty)('a progress display', () => {
  it.each([
    ['stopped', 'shown.stop();'],
    ['cut off by the end of the program', 'process.exit(130);'],
  ])('lets the terminal wrap lines again when it is %s', async (_, end) => {
    const script = `import { startProgress } from '${progress}';\nconst shown = startProgress(3);\nshown.step('first');\n${end}`;
    const { stdout } = await runScript(script, { stdio: 'pty' });
    expect(stdout.lastIndexOf('\u001B[?7l')).toBeGreaterThan(-1);
    expect(stdout.lastIndexOf('\u001B[?7h')).toBeGreaterThan(stdout.lastIndexOf('\u001B[?7l'));
  });
});
