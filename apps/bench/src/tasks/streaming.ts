import { type BenchCase, check } from '../bench-case.ts';
import { timed } from '../timed.ts';

const CONNECTIONS = 50;

/** Requests over loopback: a line there, a line back. */
export const streaming: BenchCase[] = [
  {
    area: 'async',
    name: 'requests over 50 loopback connections',
    unit: 'requests/s',
    better: 'higher',
    amounts: { toy: 200, quick: 10_000, full: 50_000 },
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', withStreams, perSecond),
      timed('bare node:net', 'floor', undefined, withSockets, perSecond),
    ],
  },
];

function perSecond(milliseconds: number, n: number): number {
  return (n / milliseconds) * 1_000;
}

async function withStreams(n: number): Promise<void> {
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
      '127.0.0.1',
      0,
    );
    const { port } = server.address as { port: number };
    const client = async (): Promise<void> => {
      const [reader, writer] = await openConnection('127.0.0.1', port);
      for (let i = 0; i < n / CONNECTIONS; i += 1) {
        writer.write(Buffer.from(`request ${i}\n`));
        check((await reader.readline()).toString(), `request ${i}\n`, 'a reply');
      }
      writer.close();
      await writer.waitClosed();
    };
    await gather(Array.from({ length: CONNECTIONS }, () => client));
    server.close();
    await server.waitClosed();
  });
}

async function withSockets(n: number): Promise<void> {
  const { connect, createServer } = await import('node:net');
  const server = createServer((socket) => socket.on('data', (data) => socket.write(data)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let i = 0;
      const send = (): boolean => socket.write(`request ${i}\n`);
      socket
        .on('connect', send)
        .on('error', reject)
        .on('close', () => resolve());
      socket.on('data', (data) => {
        check(data.toString(), `request ${i}\n`, 'a reply');
        i += 1;
        if (i < n / CONNECTIONS) send();
        else socket.end();
      });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  await new Promise((resolve) => server.close(resolve));
}
