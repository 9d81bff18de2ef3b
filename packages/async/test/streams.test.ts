import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Server as NetServer, type Socket, connect as connectNet } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import {
  CancelledError,
  type ConnectionHandler,
  Event,
  IncompleteReadError,
  InvalidStateError,
  LimitOverrunError,
  PIPE,
  Queue,
  type Server,
  StreamReader,
  type StreamWriter,
  type TaskReport,
  TimeoutError,
  createSubprocessExec,
  createTask,
  gather,
  openConnection,
  openUnixConnection,
  run,
  sleep,
  startServer,
  startUnixServer,
  timeout,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it, vi } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

const HOST = '127.0.0.1';

function fed(text: string, { end = true, limit = 65_536 } = {}): StreamReader {
  const reader = new StreamReader({ limit });
  reader.feedData(Buffer.from(text));
  if (end) reader.feedEof();
  return reader;
}

/** Serves, connects and closes everything at the end. */
async function connected(
  handler: ConnectionHandler,
  body: (reader: StreamReader, writer: StreamWriter, server: Server) => Promise<void>,
): Promise<void> {
  await using server = await startServer(handler, HOST);
  const [reader, writer] = await openConnection(HOST, server.port as number);
  try {
    await body(reader, writer, server);
  } finally {
    writer.close();
    server.closeClients();
  }
}

const echo: ConnectionHandler = async (reader, writer) => {
  for (let bytes = await reader.read(65_536); bytes.length > 0; bytes = await reader.read(65_536)) {
    writer.write(bytes);
    await writer.drain();
  }
  writer.close();
};

describe('StreamReader', () => {
  it('reads some bytes, all of them, or nothing at the end', async () => {
    const reader = fed('hello world');
    expect(String(await reader.read(5))).toBe('hello');
    expect(String(await reader.read(0))).toBe('');
    expect(reader.atEof()).toBe(false);
    expect(String(await reader.read())).toBe(' world');
    expect([reader.atEof(), String(await reader.read(5)), String(await reader.read())]).toEqual([true, '', '']);
    expect(inspect(reader)).toBe('StreamReader { 0 bytes, ended }');
  });

  it('reads exactly as many bytes, across the pieces in which they came', async () => {
    const reader = new StreamReader();
    const reading = reader.readexactly(7);
    for (const piece of ['ab', 'cd', 'efghi']) reader.feedData(Buffer.from(piece));
    expect(String(await reading)).toBe('abcdefg');
    reader.feedEof();
    expect((await reader.readexactly(0)).length).toBe(0);
    const error = (await thrownBy(() => reader.readexactly(3))) as IncompleteReadError;
    expect(error).toBeInstanceOf(IncompleteReadError);
    expect([String(error.partial), error.expected, error.code]).toEqual(['hi', 3, 'ERR_INCOMPLETE_READ']);
    expect(await thrownBy(() => reader.readexactly(-1))).toBeInstanceOf(RangeError);
  });

  it('reads lines, the last one without a line feed', async () => {
    const reader = fed('one\ntwo\n\nrest');
    const lines: string[] = [];
    for await (const line of reader) lines.push(String(line));
    expect(lines).toEqual(['one\n', 'two\n', '\n', 'rest']);
    expect(String(await reader.readline())).toBe('');
  });

  it('drops a line that is longer than its limit', async () => {
    const reader = fed('much too long\nok\n', { limit: 5 });
    expect(await thrownBy(() => reader.readline())).toBeInstanceOf(RangeError);
    expect(String(await reader.readline())).toBe('ok\n');
    const endless = fed('no line feed at all', { end: false, limit: 5 });
    expect(await thrownBy(() => endless.readline())).toBeInstanceOf(RangeError);
    endless.feedData(Buffer.from('end\n'));
    expect(String(await endless.readline())).toBe('end\n');
  });

  it('reads up to a separator, also one that came in pieces, or the first of several to end', async () => {
    const reader = new StreamReader();
    const reading = reader.readuntil('--END--');
    for (const piece of ['data-', '-EN', 'D--', 'more;x']) reader.feedData(Buffer.from(piece));
    expect(String(await reading)).toBe('data--END--');
    expect(String(await reader.readuntil([Buffer.from('x'), ';']))).toBe('more;');
    reader.feedEof();
    const error = (await thrownBy(() => reader.readuntil(';'))) as IncompleteReadError;
    expect([String(error.partial), error.expected]).toEqual(['x', undefined]);
    expect(await thrownBy(() => reader.readuntil(''))).toBeInstanceOf(RangeError);
  });

  it('keeps what it has when a separator is not within the limit', async () => {
    const missing = fed('abcdefgh', { end: false, limit: 5 });
    const error = (await thrownBy(() => missing.readuntil(';'))) as LimitOverrunError;
    expect(error).toBeInstanceOf(LimitOverrunError);
    expect(error.consumed).toBe(8);
    expect(String(await missing.readexactly(8))).toBe('abcdefgh');
    const far = fed('abcdefgh;', { limit: 5 });
    expect(await thrownBy(() => far.readuntil(';'))).toMatchObject({ consumed: 8 });
    expect(String(await far.read())).toBe('abcdefgh;');
  });

  it('lets one task read at a time', async () => {
    const reader = new StreamReader();
    const first = reader.readline();
    expect(await thrownBy(() => reader.readline())).toBeInstanceOf(InvalidStateError);
    reader.feedData(Buffer.from('x\n'));
    expect(String(await first)).toBe('x\n');
  });

  it('throws what the stream failed with', async () => {
    const reader = new StreamReader();
    const reading = thrownBy(() => reader.read());
    const boom = new Error('lost');
    reader.setException(boom);
    expect(await reading).toBe(boom);
    expect([await thrownBy(() => reader.read()), reader.exception()]).toEqual([boom, boom]);
  });

  it(
    'gives the bytes of very many chunks in order, also after a read that was cancelled',
    inRun(async () => {
      const reader = new StreamReader();
      for (let i = 0; i < 5_000; i += 1) reader.feedData(Buffer.from([i & 255]));
      const read: Buffer[] = [];
      while (read.length < 1_000) read.push(await reader.read(1));
      read.push(await reader.readexactly(3_000));
      while (read.length < 2_001) read.push(await reader.read(1));
      const cancelled = createTask(() => reader.readline());
      await turns();
      reader.feedData(Buffer.from('half a '));
      reader.feedData(Buffer.from('line\n'));
      cancelled.cancel();
      expect(await thrownBy(() => cancelled)).toBeInstanceOf(CancelledError);
      expect(await reader.readline()).toEqual(Buffer.from('half a line\n'));
      expect(Buffer.concat(read)).toEqual(Buffer.from(Array.from({ length: 5_000 }, (_, i) => i & 255)));
    }),
  );

  it(
    'loses no byte when a read is cancelled, before as after the bytes came [nothing lost]',
    inRun(async () => {
      for (const came of [false, true]) {
        const reader = new StreamReader();
        const task = createTask(() => reader.readexactly(3));
        await turns();
        if (came) reader.feedData(Buffer.from('abc'));
        task.cancel();
        expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
        reader.feedData(Buffer.from('def'));
        expect(String(await reader.readexactly(3))).toBe(came ? 'abc' : 'def');
      }
    }),
  );

  it('refuses data after the end, and a limit below 1', () => {
    expect(() => fed('').feedData(Buffer.from('x'))).toThrow(InvalidStateError);
    expect(() => new StreamReader({ limit: 0 })).toThrow(RangeError);
  });

  it('refuses to read what is no number of bytes, and keeps what it has', async () => {
    const reader = fed('abc');
    for (const odd of [Number.NaN, 1.5, '1', null]) {
      const refusal = new RangeError(`Cannot read ${String(odd)} bytes`);
      expect(await thrownBy(() => reader.read(odd as never))).toEqual(refusal);
      expect(await thrownBy(() => reader.readexactly(odd as never))).toEqual(refusal);
    }
    expect(String(await reader.read(Infinity))).toBe('abc');
  });

  it(
    'gives the bytes of a read that is cancelled to one that has begun meanwhile',
    inRun(async () => {
      const readers: ((reader: StreamReader) => Promise<Buffer>)[] = [
        (reader) => reader.read(10),
        (reader) => reader.readexactly(3),
        (reader) => reader.readuntil('\r\n'),
      ];
      for (const [index, read] of readers.entries()) {
        const reader = new StreamReader();
        const cancelled = createTask(() => reader.readexactly(3), { eager: true });
        reader.feedData(Buffer.from('a\r\n'));
        const next = read(reader);
        cancelled.cancel();
        expect([index, String(await capped(next, 'it has the bytes'))]).toEqual([index, 'a\r\n']);
        expect(await thrownBy(() => cancelled)).toBeInstanceOf(CancelledError);
      }
    }),
  );

  it('finds separators of several bytes however the bytes come', async () => {
    const text = 'a\r\nbc;\r;\r\n\r\n\rd;;e\r\n';
    const expected = text.match(/[^]*?(?:;|\r\n)/g);
    for (let size = 1; size <= 9; size += 1) {
      for (let before = 0; before < 3; before += 1) {
        const reader = new StreamReader();
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) as string[];
        const parts: string[] = [];
        for (const piece of pieces.splice(0, before)) reader.feedData(Buffer.from(piece));
        const reading = (async () => {
          while (parts.length < (expected?.length ?? 0)) parts.push(String(await reader.readuntil([';', '\r\n'])));
        })();
        for (const piece of pieces) {
          await turns(1);
          reader.feedData(Buffer.from(piece));
        }
        await capped(reading, 'all parts have come');
        expect(parts).toEqual(expected);
        expect(inspect(reader)).toBe('StreamReader { 0 bytes }');
      }
    }
  });

  it('takes no longer for each byte when much comes before a separator of several bytes', async () => {
    const reader = new StreamReader({ limit: 1e9 });
    const chunk = Buffer.alloc(65_536, 'x');
    const begin = performance.now();
    const reading = reader.readuntil('\r\n');
    for (let chunks = 0; chunks < 600; chunks += 1) reader.feedData(chunk);
    reader.feedData(Buffer.from('\r\n'));
    expect((await reading).length).toBe(600 * 65_536 + 2);
    expect(performance.now() - begin).toBeLessThan(6_000);
  });

  it(
    'keeps the bytes of a read that is cancelled as the stream ends',
    inRun(async () => {
      for (const read of [
        (reader: StreamReader) => reader.readexactly(9),
        async (reader: StreamReader) => reader.readuntil('\n'),
      ]) {
        const reader = new StreamReader();
        const cancelled = createTask(() => read(reader), { eager: true });
        reader.feedData(Buffer.from('rest'));
        reader.feedEof();
        cancelled.cancel();
        expect(await thrownBy(() => cancelled)).toBeInstanceOf(CancelledError);
        expect(await thrownBy(() => read(reader))).toMatchObject({ partial: Buffer.from('rest') });
      }
    }),
  );

  it(
    'keeps a line that is longer than its limit when the read of it is cancelled as it comes',
    inRun(async () => {
      for (const [text, left] of [
        ['too long\nok\n', 'ok\n'],
        ['too long', ''],
      ] as const) {
        const reader = new StreamReader({ limit: 5 });
        const cancelled = createTask(() => reader.readline(), { eager: true });
        reader.feedData(Buffer.from(text));
        cancelled.cancel();
        expect(await thrownBy(() => cancelled)).toBeInstanceOf(CancelledError);
        expect(await thrownBy(() => reader.readline())).toBeInstanceOf(RangeError);
        reader.feedEof();
        expect(String(await reader.read())).toBe(left);
      }
    }),
  );
});

describe('a connection', () => {
  it(
    'carries bytes both ways, and ends one way after the other',
    inRun(() =>
      connected(echo, async (reader, writer, server) => {
        writer.write('one\n');
        writer.writelines(['two', Buffer.from('\n'), 'rest']);
        await writer.drain();
        expect(String(await reader.readline())).toBe('one\n');
        expect(String(await reader.readline())).toBe('two\n');
        expect(writer.canWriteEof()).toBe(true);
        expect(writer.getExtraInfo('peername')).toEqual([HOST, server.port]);
        writer.writeEof();
        expect(String(await reader.read())).toBe('rest');
        expect(writer.getExtraInfo('nothing', 'fallback')).toBe('fallback');
        expect(inspect(writer)).toMatch(/^StreamWriter \{ open/);
        writer.close();
        await writer.waitClosed();
        expect([writer.isClosing(), inspect(writer)]).toEqual([true, 'StreamWriter { closed, 0 bytes to send }']);
        expect(await thrownBy(() => writer.drain())).toMatchObject({ code: 'ERR_BROKEN_PIPE' });
      }),
    ),
  );

  it(
    'holds the writer back while the other side does not read, and both go on afterwards',
    inRun(async () => {
      const go = new Event();
      const total = 32 * 1024 * 1024;
      let received = 0;
      await connected(
        async (reader, writer) => {
          await go.wait();
          for (let bytes = await reader.read(65_536); bytes.length > 0; bytes = await reader.read(65_536))
            received += bytes.length;
          writer.write('done');
          writer.close();
        },
        async (reader, writer) => {
          writer.write(Buffer.alloc(total));
          let drained = false;
          const draining = createTask(async () => {
            await writer.drain();
            drained = true;
          });
          await sleep(20);
          expect(drained).toBe(false);
          go.set();
          await draining;
          writer.writeEof();
          expect(String(await reader.read())).toBe('done');
          expect(received).toBe(total);
        },
      );
    }),
  );

  it(
    'reads more at a time than it keeps unread',
    inRun(() =>
      connected(
        async (_reader, writer) => {
          writer.write(Buffer.alloc(1_000_000, 'x'));
          await writer.drain();
          writer.close();
        },
        async (reader) => {
          await sleep(10);
          expect((await reader.readexactly(1_000_000)).length).toBe(1_000_000);
          expect((await reader.read()).length).toBe(0);
        },
      ),
    ),
  );

  it(
    'is refused with the error of Node, and given up when time is over or the task is cancelled',
    inRun(async () => {
      const server = await startServer(echo, HOST);
      const { port } = server;
      server.close();
      await server.waitClosed();
      expect(server.isServing()).toBe(false);
      expect(await thrownBy(() => openConnection(HOST, port as number))).toMatchObject({ code: 'ECONNREFUSED' });
      // An address that answers nobody.
      expect(await thrownBy(() => openConnection('192.0.2.1', 9, { timeout: 5 }))).toMatchObject({
        name: expect.stringMatching(/TimeoutError|Error/),
      });
      const task = createTask(() => openConnection('192.0.2.1', 9));
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toMatchObject({ name: expect.stringMatching(/CancelledError|Error/) });
      expect(
        await thrownBy(() => openConnection(HOST, 9, { signal: AbortSignal.abort(new Error('gone')) })),
      ).toMatchObject({ message: 'gone' });
    }),
  );

  it(
    'that is lost before the task goes on that opened it tells what it was lost by',
    inRun(() =>
      connected(echo, async (_reader, _writer, server) => {
        const lose = (message: unknown): void => {
          const { socket } = message as { socket: Socket };
          socket.once('connect', () => socket.destroy(new RangeError('lost')));
        };
        // So many others are to go on first that the event loop has a turn in between.
        const [one, other] = [new Queue<void>(), new Queue<void>()];
        const pass = async (from: Queue<void>, to: Queue<void>): Promise<void> => {
          for (;;) {
            await from.get();
            for (const end = performance.now() + 0.05; performance.now() < end;);
            to.putNowait();
          }
        };
        const busy = Array.from({ length: 1_200 }, (_, n) =>
          createTask(() => (n % 2 === 0 ? pass(one, other) : pass(other, one))),
        );
        await turns();
        for (let n = 0; n < 600; n += 1) one.putNowait();
        subscribe('net.client.socket', lose);
        const [reader] = await openConnection(HOST, server.port as number);
        unsubscribe('net.client.socket', lose);
        for (const task of busy) task.cancel();
        const read = capped(reader.read(), 'the loss is told');
        expect(await thrownBy(() => read)).toMatchObject({ message: 'lost' });
      }),
    ),
  );

  it(
    'ends a read by a timeout, and reads on afterwards',
    inRun(() =>
      connected(echo, async (reader, writer) => {
        expect(await thrownBy(() => timeout(2, () => reader.readline()))).toBeInstanceOf(TimeoutError);
        writer.write('late\n');
        expect(String(await reader.readline())).toBe('late\n');
      }),
    ),
  );

  it(
    'goes over a Unix socket as well',
    inRun(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'weft-'));
      try {
        const path = join(folder, 'socket');
        const server = await startUnixServer(echo, path);
        const [reader, writer] = await openUnixConnection(path);
        writer.write('hello\n');
        expect(String(await reader.readline())).toBe('hello\n');
        expect(server.address).toBe(path);
        writer.close();
        await gather(writer.waitClosed(), server[Symbol.asyncDispose]());
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
  );

  it('is closed when its handler throws, which is reported', async () => {
    const reports: string[] = [];
    const body = inRun(
      async () => {
        await connected(
          async () => {
            throw new Error('handler');
          },
          async (reader) => {
            expect((await reader.read()).length).toBe(0);
          },
        );
      },
      { unhandled: ({ error }) => reports.push((error as Error).message) },
    );
    await body();
    expect(reports).toEqual(['handler']);
  });

  it(
    'refuses to write after the end was written, and can be read from all the same',
    inRun(() =>
      connected(
        async (reader, writer) => {
          writer.write(`got ${await reader.read()}`);
          writer.close();
        },
        async (reader, writer) => {
          writer.write('it');
          writer.writeEof();
          expect(() => writer.write('more')).toThrow(InvalidStateError);
          expect(() => writer.writelines(['more'])).toThrow(InvalidStateError);
          expect(String(await reader.read())).toBe('got it');
        },
      ),
    ),
  );

  it(
    'sends what was written before a piece that cannot be',
    inRun(() =>
      connected(echo, async (reader, writer) => {
        expect(() => writer.writelines(['a', 5 as never])).toThrow(TypeError);
        writer.write('b');
        expect(String(await capped(reader.readexactly(2), 'both have come back'))).toBe('ab');
      }),
    ),
  );

  it(
    'drains although it is closed meanwhile',
    inRun(() =>
      connected(
        async (reader) => void (await reader.read()),
        async (_reader, writer) => {
          writer.write(Buffer.alloc(16 * 1024 * 1024));
          const draining = writer.drain();
          writer.close();
          await draining;
          await writer.waitClosed();
        },
      ),
    ),
  );
});

describe('Server', () => {
  it(
    'serves until it is cancelled, and ends its connections when asked to',
    inRun(async () => {
      const server = await startServer(echo, HOST);
      const serving = createTask(() => server.serveForever());
      const [reader, writer] = await openConnection(HOST, server.port as number);
      writer.write('x');
      await reader.readexactly(1);
      expect(inspect(server)).toMatch(/1 connections/);
      serving.cancel();
      expect(await thrownBy(() => serving)).toBeInstanceOf(CancelledError);
      expect(server.isServing()).toBe(false);
      server.abortClients();
      await server.waitClosed();
      expect((await reader.read().catch(() => Buffer.alloc(0))).length).toBe(0);
    }),
  );

  it(
    'is refused a port that is taken, with the error of Node',
    inRun(async () => {
      await using server = await startServer(echo, HOST);
      expect(await thrownBy(() => startServer(echo, HOST, server.port))).toMatchObject({ code: 'EADDRINUSE' });
    }),
  );

  it('refuses a limit and a handler that cannot be before there is a server, a connection or a program', async () => {
    const program = [process.execPath, '-e', ''] as const;
    for (const limit of [0, -1, Number.NaN, '5' as never]) {
      for (const attempt of [
        () => new StreamReader({ limit }),
        () => startServer(() => {}, '127.0.0.1', 0, { limit }),
        () => openConnection('127.0.0.1', 1, { limit }),
        () => createSubprocessExec(...program, { stdout: PIPE, limit }),
      ]) {
        const error = await thrownBy(attempt);
        expect(error).toBeInstanceOf(RangeError);
        expect(String(error)).toContain(`a limit of ${limit} bytes`);
      }
    }
    expect(await thrownBy(() => startServer(undefined as never, '127.0.0.1'))).toBeInstanceOf(TypeError);
  });

  it(
    'is served for ever by one task at a time, and not once it is closed',
    inRun(async () => {
      const server = await startServer(echo, HOST);
      const serving = createTask(() => server.serveForever());
      await turns();
      expect(await thrownBy(() => server.serveForever())).toBeInstanceOf(InvalidStateError);
      expect([serving.done(), server.isServing()]).toEqual([false, true]);
      server.close();
      await serving;
      expect(await thrownBy(() => server.serveForever())).toBeInstanceOf(InvalidStateError);
    }),
  );

  it('reports that it could not accept a connection, and goes on', async () => {
    const reports: TaskReport[] = [];
    const listen = vi.spyOn(NetServer.prototype, 'listen');
    await run(
      async () => {
        await using server = await startServer(echo, HOST);
        const [accepting] = listen.mock.contexts as unknown as [NetServer];
        for (const message of ['first', 'second']) accepting.emit('error', new Error(message));
        expect(server.isServing()).toBe(true);
      },
      { unhandled: (report) => reports.push(report) },
    );
    listen.mockRestore();
    expect(reports.map(({ error }) => (error as Error).message)).toEqual(['first', 'second']);
  });

  it(
    'is closed although somebody hung up, or said nothing, before the connection was encrypted',
    inRun(async () => {
      const listen = vi.spyOn(NetServer.prototype, 'listen');
      const server = await startServer(echo, HOST, 0, { ssl: {} });
      const [accepting] = listen.mock.contexts as unknown as [NetServer];
      listen.mockRestore();
      for (const hangUp of [true, false]) {
        const accepted = once(accepting, 'connection');
        const peer = connectNet(server.port as number, HOST);
        if (hangUp) peer.end();
        await accepted;
      }
      server.close();
      await capped(server.waitClosed(), 'it is closed');
    }),
  );
});
