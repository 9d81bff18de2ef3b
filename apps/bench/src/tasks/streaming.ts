import type { Socket } from 'node:net';
import { type BenchCase, type Subject, check } from '../bench-case.ts';
import { python } from '../python.ts';
import { timed } from '../timed.ts';

const CLIENTS = 50;
const HOST = '127.0.0.1';

/** Requests over loopback, a line there and a line back: many on each connection, and one on each of many. */
export const streaming: BenchCase[] = [
  {
    area: 'async',
    name: 'requests over 50 loopback connections',
    unit: 'requests/s',
    better: 'higher',
    amounts: { toy: 200, quick: 2_000, full: 50_000 },
    note: 'Node’s sockets call back; those “with await” do what a reader has to at the least: find the line, and wake who awaits it.',
    subjects: subjects((share) => [1, share], 'asyncio_requests'),
  },
  {
    area: 'async',
    name: 'loopback connections of one request, 50 at a time',
    unit: 'connections/s',
    better: 'higher',
    amounts: { toy: 100, quick: 500, full: 10_000 },
    subjects: subjects((share) => [share, 1], 'asyncio_connections'),
  },
];

/** How often each client connects, and how many lines it sends then. */
type Plan = [connections: number, requests: number];

function subjects(plan: (share: number) => Plan, benchmark: string): Subject[] {
  const measured = (talk: (plan: Plan) => Promise<void>) => (n: number) => talk(plan(n / CLIENTS));
  return [
    timed('@weft/async', 'ours', '@weft/async', measured(withStreams), perSecond),
    timed('bare node:net', 'floor', undefined, measured(withSockets), perSecond),
    timed('bare node:net, with await', 'floor', undefined, measured(withPromises), perSecond),
    pythonStreams(benchmark),
  ];
}

function perSecond(milliseconds: number, n: number): number {
  return (n / milliseconds) * 1_000;
}

// Python's benchmark answers with milliseconds.
function pythonStreams(benchmark: string): Subject {
  const subject = python('Python asyncio', benchmark);
  return { ...subject, measure: async (n, least) => perSecond(await subject.measure(n, least), n) };
}

async function withStreams([connections, requests]: Plan): Promise<void> {
  const { gather, openConnection, run, startServer } = await import('@weft/async');
  await run(async () => {
    const server = await startServer(
      async (reader, writer) => {
        for (;;) {
          const line = await reader.readline();
          if (line.length === 0) break;
          writer.write(line);
          await writer.drain();
        }
        writer.close();
      },
      HOST,
      0,
    );
    const { port } = server.address as { port: number };
    const client = async (): Promise<void> => {
      for (let c = 0; c < connections; c += 1) {
        const [reader, writer] = await openConnection(HOST, port);
        for (let i = 0; i < requests; i += 1) {
          writer.write(`request ${i}\n`);
          check((await reader.readline()).toString(), `request ${i}\n`, 'a reply');
        }
        writer.close();
        await writer.waitClosed();
      }
    };
    await gather(Array.from({ length: CLIENTS }, () => client));
    server.close();
    await server.waitClosed();
  });
}

async function withSockets([connections, requests]: Plan): Promise<void> {
  const { connect, createServer } = await import('node:net');
  const server = createServer({ noDelay: true }, (socket) => socket.on('data', (data) => socket.write(data)));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  const talk = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: HOST, noDelay: true });
      let i = 0;
      const send = (): boolean => socket.write(`request ${i}\n`);
      socket
        .on('connect', send)
        .on('error', reject)
        .on('close', () => resolve());
      socket.on('data', (data) => {
        check(data.toString(), `request ${i}\n`, 'a reply');
        i += 1;
        if (i < requests) send();
        else socket.end();
      });
    });
  const client = async (): Promise<void> => {
    for (let c = 0; c < connections; c += 1) await talk();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await new Promise((resolve) => server.close(resolve));
}

async function withPromises([connections, requests]: Plan): Promise<void> {
  const { connect, createServer } = await import('node:net');
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => void echo(socket));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  const client = async (): Promise<void> => {
    for (let c = 0; c < connections; c += 1) {
      const socket = connect({ port, host: HOST, noDelay: true });
      const readLine = linesOf(socket);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      for (let i = 0; i < requests; i += 1) {
        socket.write(`request ${i}\n`);
        check((await readLine()).toString(), `request ${i}\n`, 'a reply');
      }
      socket.end();
      await new Promise((resolve) => socket.once('close', resolve));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await new Promise((resolve) => server.close(resolve));
}

async function echo(socket: Socket): Promise<void> {
  const readLine = linesOf(socket);
  for (let line = await readLine(); line.length > 0; line = await readLine()) socket.write(line);
  socket.end();
}

/** Every chunk here is one line: whoever cannot rely on that has more to do. */
function linesOf(socket: Socket): () => Promise<Buffer> {
  const nothing = Buffer.alloc(0);
  const lines: Buffer[] = [];
  let wake: ((line: Buffer) => void) | undefined;
  const arrive = (line: Buffer): void => {
    if (wake === undefined) lines.push(line);
    else wake(line);
    wake = undefined;
  };
  socket.on('data', (data: Buffer) => {
    check(data.indexOf('\n'), data.length - 1, 'the end of a line');
    arrive(data);
  });
  socket.on('end', () => arrive(nothing));
  return () => {
    const line = lines.shift();
    return line === undefined ? new Promise((resolve) => (wake = resolve)) : Promise.resolve(line);
  };
}
