/** The program of the broker: it keeps what processes share where they cannot map memory. */
import { constants, openSync, rmSync } from 'node:fs';
import { Socket, createServer } from 'node:net';
import { Broker } from './internal/broker.ts';
import { DOOR, pipeName } from './internal/broker-protocol.ts';

const folder = process.argv[2] as string;
const broker = new Broker();

if (process.platform === 'win32') createServer((pipe) => broker.admitPipe(pipe)).listen(pipeName(folder));
else openDoor();

// The first process of the tree is gone, and so are the others, or soon.
process.stdin.on('end', end);
process.stdin.on('error', end);
process.stdin.resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

/** Hears of clients through a FIFO: each writes the name of its own. */
function openDoor(): void {
  const door = new Socket({
    fd: openSync(`${folder}/${DOOR}`, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  let rest = '';
  door.on('data', (text) => {
    const names = (rest + text.toString()).split('\n');
    rest = names.pop() as string;
    for (const name of names) broker.admit(name);
  });
}

function end(): void {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
