import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('fixtures/debugged.mjs', import.meta.url));

it('stops at the breakpoints of a debugger that is attached from outside, and nowhere else, before and after functions are looked up', async () => {
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', program]);
  const ended = once(child, 'close');
  let output = '';
  let messages = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (messages += chunk.toString()));
  await expect.poll(() => messages, { timeout: 20_000 }).toContain('ws://');
  await expect.poll(() => output, { timeout: 20_000 }).toContain('ready');

  const socket = new WebSocket(/ws:\/\/\S+/.exec(messages)?.[0] ?? '');
  await once(socket, 'open');
  let id = 0;
  const ask = (method: string, params: object = {}): void =>
    socket.send(JSON.stringify({ id: (id += 1), method, params }));
  const stops: string[] = [];
  const scripts: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as Notice;
    if (method === 'Debugger.scriptParsed') scripts.push(params.url);
    if (method !== 'Debugger.paused') return;
    stops.push(params.callFrames[0]?.functionName ?? '');
    ask('Debugger.resume');
  });
  ask('Debugger.enable');
  ask('Debugger.setPauseOnExceptions', { state: 'all' });
  ask('Debugger.setBreakpointByUrl', { urlRegex: String.raw`.*debugged\.mjs`, lineNumber: 3 });
  ask('Runtime.evaluate', { expression: 'begin()' });

  // A program that ends waits for its debugger to leave.
  await expect.poll(() => messages, { timeout: 20_000 }).toContain('Waiting for the debugger');
  socket.close();
  expect((await ended)[0]).toBe(0);
  expect(output).toBe('ready\nfreshlyLoaded\n');
  expect(stops.filter((name) => name === 'watched')).toHaveLength(3);
  // Evaluated text, as ours is, has no name. Node itself throws, and catches, where a module is still being evaluated.
  expect(stops).not.toContain('');
  expect(scripts.some((url) => url.endsWith('fresh.mjs'))).toBe(true);
});

interface Notice {
  method?: string;
  params: { url: string; callFrames: { functionName: string }[] };
}
