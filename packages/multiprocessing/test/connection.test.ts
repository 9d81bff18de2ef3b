import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, Socket, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { BufferTooShortError, Connection, Listener, Pipe, connect, wait } from '@weft/multiprocessing';
import {
  AuthenticationError,
  BrokenPipeError,
  EndOfStreamError,
  InvalidStateError,
  TransferError,
  type WaitOptions,
} from '@weft/core';
import { capped, flush, until } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import { echo, passOn, pollOnly, receiveBytes, receiveThrough, sendAll } from './fixtures/sharing.mjs';
import { Peer } from './peers.ts';

const peers: Peer[] = [];
const newPeer = (): Peer => {
  const peer = new Peer();
  peers.push(peer);
  return peer;
};

afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.kill()));
});

describe('Pipe', () => {
  it('carries any value to a child and back, and bytes one message at a time [MP-119, MP-126]', async () => {
    const [here, there] = Pipe();
    const done = newPeer().run(echo, there);
    there.close();
    for (const message of [1, 'text', { deep: [new Map([[1, new Date(0)]])] }, [undefined, null]]) {
      await here.send(message);
      expect(await here.recv()).toEqual(message);
    }
    here.close();
    expect(await done).toBe(4);
  });

  it('polls without taking anything, once or for a while [MP-120, MP-134, MP-136]', async () => {
    const [here, there] = Pipe();
    expect([await here.poll(), here.pollSync()]).toEqual([false, false]);
    expect(await here.poll({ timeout: 5 })).toBe(false);
    expect(here.pollSync({ timeout: 5 })).toBe(false);
    await there.sendBytes(new Uint8Array(0));
    for (const _ of [1, 2]) expect([await here.poll({ timeout: 1000 }), here.pollSync()]).toEqual([true, true]);
    expect(await newPeer().run(pollOnly, here)).toBe(true);
    expect(await here.recvBytes()).toHaveLength(0);
    expect(await here.poll()).toBe(false);
  });

  it('ends when the other end is closed everywhere, and not before [MP-121, MP-132]', async () => {
    const [here, there] = Pipe();
    const peer = newPeer();
    const done = peer.run(sendAll, there, ['last']);
    await done;
    expect(await here.recv()).toBe('last');
    await expect(here.recv({ timeout: 20 })).rejects.toThrow('within 20 ms');
    there.close();
    expect(await here.poll()).toBe(true);
    await expect(here.recv()).rejects.toThrow(EndOfStreamError);
    expect(() => here.recvSync()).toThrow(EndOfStreamError);
  });

  it('ends when the process with the other end is killed [MP-121, MP-131]', async () => {
    const [here, there] = Pipe();
    const peer = newPeer();
    void peer.run(echo, there).catch(() => {});
    there.close();
    await here.send('alive');
    expect(await here.recv()).toBe('alive');
    const ending = expect(here.recv()).rejects.toThrow(EndOfStreamError);
    await peer.kill();
    await ending;
    await expect(here.send('nobody')).rejects.toThrow(BrokenPipeError);
  });

  it('keeps 16 MB intact [MP-122]', async () => {
    const [here, there] = Pipe();
    const bytes = Buffer.alloc(16 * 1024 * 1024, 'weft');
    const receiving = newPeer().run(receiveBytes, there);
    await here.sendBytes(bytes);
    expect(Buffer.compare(await receiving, bytes)).toBe(0);
  });

  it('fills a buffer, and gives the whole message in the error if it does not fit [MP-124]', async () => {
    const [here, there] = Pipe();
    const buffer = new Uint8Array(40);
    await there.sendBytes(Buffer.from('hello'));
    expect(await here.recvBytesInto(buffer, 3)).toBe(5);
    expect(Buffer.from(buffer.subarray(3, 8)).toString()).toBe('hello');
    await there.sendBytes(new Uint8Array(110).fill(7));
    const error = await here.recvBytesInto(buffer).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BufferTooShortError);
    expect((error as BufferTooShortError).bytes).toEqual(Buffer.alloc(110, 7));
  });

  it('refuses to receive into what is no Uint8Array, and keeps the message', async () => {
    const [here, there] = Pipe();
    await there.sendBytes(Buffer.from('abc'));
    await expect(here.recvBytesInto(new ArrayBuffer(8) as never)).rejects.toThrow(TypeError);
    expect(() => here.recvBytesIntoSync([] as never)).toThrow(TypeError);
    await expect(here.recvBytesInto(Buffer.alloc(8), 0.5)).rejects.toThrow(RangeError);
    expect(String(await here.recvBytes())).toBe('abc');
  });

  it('sends no bytes that are none, nor parts that are none', async () => {
    const [here, there] = Pipe();
    for (const bytes of [undefined, 'text', new ArrayBuffer(8)])
      await expect(there.sendBytes(bytes as never)).rejects.toThrow('Cannot send');
    const bytes = Buffer.from('abc');
    for (const part of [{ offset: Number.NaN }, { offset: 0.5 }, { size: Number.NaN }, { offset: -1 }, { size: 4 }])
      await expect(there.sendBytes(bytes, part)).rejects.toThrow(RangeError);
    await there.sendBytes(bytes, { offset: 1, size: 1 });
    expect(String(await here.recvBytes())).toBe('b');
    expect(await here.poll()).toBe(false);
  });

  it('without duplex only receives at one end and only sends at the other [MP-125]', async () => {
    const [reader, writer] = Pipe({ duplex: false });
    expect([reader.readable, reader.writable, writer.readable, writer.writable]).toEqual([true, false, false, true]);
    await writer.send(1);
    expect(await reader.recv()).toBe(1);
    await expect(reader.send(1)).rejects.toThrow(InvalidStateError);
    await expect(writer.recv()).rejects.toThrow(InvalidStateError);
    await expect(writer.poll()).rejects.toThrow(InvalidStateError);
  });

  it('refuses every use once it was closed, also those that wait already [MP-129, MP-130]', async () => {
    const [here, there] = Pipe();
    const refused = expect(there.recv()).rejects.toThrow('closed');
    {
      using scoped = there;
      expect(scoped.closed).toBe(false);
    }
    expect(there.closed).toBe(true);
    await refused;
    for (const use of [() => there.recv(), () => there.send(1), () => there.poll(), () => there.recvBytes()])
      await expect(use()).rejects.toThrow('closed');
    expect(() => there.recvSync()).toThrow('closed');
    expect(() => there.sendSync(1)).toThrow('closed');
    there.close();
    here.close();
  });

  it('refuses messages that are longer than asked for, and a negative length [MP-133]', async () => {
    const [here, there] = Pipe();
    await expect(here.recvBytes(-1)).rejects.toThrow(RangeError);
    await there.sendBytes(new Uint8Array(10));
    await expect(here.recvBytes(5)).rejects.toThrow('at most 5');
    await expect(there.sendBytes(new Uint8Array(4), { offset: 3, size: 2 })).rejects.toThrow(RangeError);
  });

  it('keeps small messages apart [MP-137]', async () => {
    const [here, there] = Pipe();
    for (const text of ['a', 'b', 'cd']) await there.sendBytes(Buffer.from(text));
    for (const text of ['a', 'b', 'cd']) expect(String(await here.recvBytes())).toBe(text);
  });

  it('passes ends on to processes that run already, which pass them on [MP-138, MP-139]', async () => {
    const [toFirst, first] = Pipe();
    const [toSecond, second] = Pipe();
    const [reader, writer] = Pipe({ duplex: false });
    const passing = newPeer().run(passOn, first, reader);
    reader.close();
    const receiving = newPeer().run(receiveThrough, second);
    await toSecond.send(await toFirst.recv());
    await passing;
    await writer.send('far');
    expect(await receiving).toBe('far');
  });

  it('holds the sender back when nobody receives [MP-142]', async () => {
    const [here, there] = Pipe();
    let sent = 0;
    const sending = (async () => {
      for (let i = 0; i < 64; i += 1) {
        await there.sendBytes(Buffer.alloc(1024 * 1024, i));
        sent += 1;
      }
    })();
    await flush(20);
    expect(sent).toBe(1);
    for (let i = 0; i < 64; i += 1) expect((await here.recvBytes())[0]).toBe(i);
    await sending;
  });

  it('takes nothing from a send or recv that is aborted [API-3]', async () => {
    const [here, there] = Pipe();
    await there.sendBytes(Buffer.alloc(1024 * 1024));
    const abort = new AbortController();
    const sending = there.send('never', { signal: abort.signal });
    abort.abort(new Error('gone'));
    await expect(sending).rejects.toThrow('gone');
    await here.recvBytes();
    await expect(here.recv({ timeout: 5 })).rejects.toThrow('within 5 ms');
    await there.send('next');
    expect(await here.recv()).toBe('next');
  });

  it('gives its messages to for await until the end', async () => {
    const [here, there] = Pipe();
    void newPeer()
      .run(sendAll, there, [1, 2, 3])
      .finally(() => there.close());
    const seen: unknown[] = [];
    for await (const message of here) seen.push(message);
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('wait', () => {
  it('gives the readers that are ready, until each has ended [MP-143]', async () => {
    const readers = new Set<Connection>();
    for (let child = 0; child < 4; child += 1) {
      const [reader, writer] = Pipe({ duplex: false });
      readers.add(reader);
      void newPeer()
        .run(
          sendAll,
          writer,
          Array.from({ length: 10 }, (_, i) => [child, i]),
        )
        .finally(() => writer.close());
    }
    const seen: unknown[] = [];
    while (readers.size > 0) {
      for (const reader of await wait(readers)) {
        try {
          seen.push(await reader.recv());
        } catch {
          readers.delete(reader);
        }
      }
    }
    expect(seen).toHaveLength(40);
  });

  it('answers with nothing when time runs out, and with what is ready at once [MP-146]', async () => {
    const [here, there] = Pipe();
    expect(await wait([here], { timeout: 5 })).toEqual([]);
    expect(await wait([here], { timeout: 0 })).toEqual([]);
    await there.send(1);
    expect(await wait([here])).toEqual([here]);
  });

  it('goes on when somebody else receives what it was woken for', async () => {
    await using listener = new Listener(['127.0.0.1', 0]);
    const accepted = listener.accept();
    for (const [here, there] of [Pipe(), [await connect(await listener.ready()), await accepted]] as const) {
      const waiting = wait([here]);
      const received = here.recv();
      await there.send('for the one who receives');
      await received;
      await there.send('for the one who waits');
      expect(await waiting).toEqual([here]);
      here.close();
      there.close();
    }
  });

  it('waits for sockets too [MP-145]', async () => {
    const server = createServer((socket) => void socket.end('x')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = new Socket().connect((server.address() as { port: number }).port, '127.0.0.1');
    expect(await wait([socket], { timeout: 5000 })).toEqual([socket]);
    socket.destroy();
    server.close();
  });

  it('refuses a timeout that is negative [MP-148]', async () => {
    const [here, there] = Pipe();
    await expect(wait([here], { timeout: -1 })).rejects.toThrow(RangeError);
    await there.send('ready');
    await expect(wait([here], { timeout: -1 })).rejects.toThrow(RangeError);
  });

  it('refuses what nobody can wait for, and says which', async () => {
    const [here] = Pipe();
    for (const other of [5, null, {}])
      await expect(wait([here, other as never])).rejects.toThrow(/Cannot wait for objects\[1\]/);
  });
});

describe('Listener', () => {
  it.each([
    ['a Unix socket', undefined],
    ['TCP', ['127.0.0.1', 0]],
    ['an abstract name', `\0weft-test-${process.pid}`],
  ] as const)('connects over %s, with whoever knows the key [MP-151, MP-153, MP-155]', async (_name, address) => {
    using listener = new Listener(address, { authkey: 'secret' });
    await listener.ready();
    const [server, client] = await Promise.all([
      listener.accept(),
      connect(listener.address, { authkey: Buffer.from('secret') }),
    ]);
    await server.send({ from: 'server' });
    expect(await client.poll({ timeout: 1000 })).toBe(true);
    expect(await client.recv()).toEqual({ from: 'server' });
    const bytes = Buffer.alloc(3_000_000, 'weft');
    const [received] = await Promise.all([server.recvBytes(), client.sendBytes(bytes)]);
    expect(Buffer.compare(received, bytes)).toBe(0);
    client.close();
    await expect(server.recv()).rejects.toThrow(EndOfStreamError);
    await expect(server.send(1)).rejects.toThrow(BrokenPipeError);
    server.close();
  });

  it('serves one who connected before accept [MP-150]', async () => {
    using listener = new Listener();
    const client = await connect(await listener.ready());
    const sending = client.send('early');
    const server = await listener.accept();
    expect(await server.recv()).toBe('early');
    await sending;
    client.close();
    server.close();
  });

  it('has an address of its own in each thread', async () => {
    using listener = new Listener();
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData).then(async ({ Listener }) => {
        const listener = new Listener();
        parentPort.postMessage(await listener.ready());
        listener.close();
      });`;
    const workerData = import.meta.resolve('@weft/multiprocessing');
    const thread = new Worker(script, { eval: true, workerData });
    const exited = once(thread, 'exit');
    const [address] = (await once(thread, 'message')) as [string];
    expect(address).not.toBe(await listener.ready());
    await exited;
  });

  it('refuses a backlog that is none', () => {
    for (const backlog of [0, -1]) expect(() => new Listener(undefined, { backlog })).toThrow(RangeError);
    for (const backlog of [1.5, Number.NaN, '5', null])
      expect(() => new Listener(undefined, { backlog: backlog as never })).toThrow(`Cannot use backlog = ${backlog}`);
  });

  it('accepts nobody any more once it is closed [MP-153]', async () => {
    const listener = new Listener();
    const refused = expect(listener.accept()).rejects.toThrow('closed');
    await listener.ready();
    await flush(2);
    listener.close();
    await refused;
    await expect(listener.accept()).rejects.toThrow('closed');
  });

  it('leaves the socket of another one at its address, and takes its own away', async () => {
    const listener = new Listener();
    const path = (await listener.ready()) as string;
    const late = new Listener(path);
    await expect(late.ready()).rejects.toHaveProperty('code', 'EADDRINUSE');
    late.close();
    expect(existsSync(path)).toBe(true);
    const [server, client] = await Promise.all([listener.accept(), connect(path)]);
    client.close();
    server.close();
    listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it.each([undefined, ['127.0.0.1', 0]] as const)(
    'at %s that is closed before it listens never does',
    async (address) => {
      const listener = new Listener(address);
      const waits: Promise<unknown>[] = [listener.ready(), listener.accept()];
      listener.close();
      for (const waiting of waits) await expect(capped(waiting, 'it ends')).rejects.toThrow(InvalidStateError);
    },
  );

  it('turns away who does not know the key, on both sides, and decodes nothing [MP-156]', async () => {
    using listener = new Listener(undefined, { authkey: 'right' });
    const address = await listener.ready();
    const ends = await Promise.allSettled([listener.accept(), connect(address, { authkey: 'wrong' })]);
    for (const end of ends) expect((end as PromiseRejectedResult).reason).toBeInstanceOf(AuthenticationError);
    const raw = new Socket().connect(address as string);
    const refused = expect(listener.accept()).rejects.toThrow(AuthenticationError);
    await once(raw, 'data');
    raw.write(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3]));
    await refused;
    raw.destroy();
  });

  it('is not trusted by a client whose key it does not know [MP-156]', async () => {
    using listener = new Listener(undefined, {});
    const address = await listener.ready();
    const accepting = listener.accept();
    const refused = expect(connect(address, { authkey: 'secret' })).rejects.toThrow(AuthenticationError);
    const server = await accepting;
    await server.send({ trust: 'me' });
    await refused;
    server.close();
  });

  it('ends its wait for the proof as it is told to, also on the side of who connects', async () => {
    using listener = new Listener(undefined, { authkey: 'key' });
    const path = (await listener.ready()) as string;
    const silent = new Socket().connect(path);
    await expect(capped(listener.accept({ timeout: 50 }), 'time runs out')).rejects.toHaveProperty(
      'code',
      'ERR_TIMEOUT',
    );
    silent.destroy();
    const other = new Socket().connect(path);
    const abort = new AbortController();
    const accepting = capped(listener.accept({ signal: abort.signal }), 'it is aborted');
    await once(other, 'data');
    abort.abort(new Error('enough'));
    await expect(accepting).rejects.toThrow('enough');
    other.destroy();

    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = ['127.0.0.1', (mute.address() as AddressInfo).port] as const;
    const connecting = connect(address, { authkey: 'key', timeout: 50 });
    await expect(capped(connecting, 'time runs out')).rejects.toHaveProperty('code', 'ERR_TIMEOUT');
    mute.close();
  });

  it('names the digest of its challenge [MP-157]', async () => {
    using listener = new Listener(undefined, { authkey: 'key' });
    const raw = new Socket().connect((await listener.ready()) as string);
    const accepting = listener.accept().catch(() => {});
    const [challenge] = (await once(raw, 'data')) as [Buffer];
    expect(challenge.subarray(4, 23).toString()).toBe('#CHALLENGE#{sha256}');
    raw.destroy();
    await accepting;
  });

  it('ends a send through it as it is told to, and sends the rest in order and as a whole', async () => {
    using listener = new Listener();
    const [server, client] = await Promise.all([listener.accept(), connect(await listener.ready())]);
    const bytes = Buffer.alloc(1024 * 1024);
    const sent: number[] = [];
    const send = async (number: number, options: WaitOptions): Promise<void> => {
      bytes[0] = number;
      await capped(client.sendBytes(bytes, options), 'the send ends');
      sent.push(number);
    };
    const sendMany = async (options: WaitOptions): Promise<void> => {
      for (let i = 0; i < 64; i += 1) await send(i, options);
    };
    await expect(sendMany({ timeout: 20 })).rejects.toHaveProperty('code', 'ERR_TIMEOUT');
    await expect(send(100, { timeout: 0 })).rejects.toHaveProperty('code', 'ERR_TIMEOUT');
    const abort = new AbortController();
    const aborted = expect(send(101, { signal: abort.signal })).rejects.toThrow('enough');
    const last = [send(102, { timeout: 10_000 }), send(103, {})];
    abort.abort(new Error('enough'));
    await aborted;
    const received: (number | undefined)[] = [];
    while (received.at(-1) !== 103) {
      const message = await server.recvBytes();
      expect(message.length).toBe(bytes.length);
      received.push(message[0]);
    }
    await Promise.all(last);
    expect(received).toEqual(sent);
    const waiting = sendMany({ timeout: 10_000 });
    server.close();
    await expect(waiting).rejects.toThrow(BrokenPipeError);
    client.close();
  });

  it('keeps the program going as long as anybody waits for a connection', async () => {
    using listener = new Listener(['127.0.0.1', 0]);
    const keepsGoing = (): boolean => process.getActiveResourcesInfo().includes('TCPServerWrap');
    const address = await listener.ready();
    const abort = new AbortController();
    const accepted = listener.accept();
    const waiting = expect(listener.accept({ signal: abort.signal })).rejects.toThrow('enough');
    const client = await connect(address);
    (await accepted).close();
    expect(keepsGoing()).toBe(true);
    abort.abort(new Error('enough'));
    await waiting;
    expect(keepsGoing()).toBe(false);
    client.close();
  });

  it('forgets the waits that are left, there and at its connections', async () => {
    using listener = new Listener();
    const [server, client] = await Promise.all([listener.accept(), connect(await listener.ready())]);
    // From then on whoever sends has to stand in line.
    await expect(
      (async () => {
        for (;;) await client.sendBytes(new Uint8Array(1024 * 1024), { timeout: 20 });
      })(),
    ).rejects.toHaveProperty('code', 'ERR_TIMEOUT');
    const forgotten: WeakRef<AbortSignal>[] = [];
    const leave = async (wait: (options: WaitOptions) => Promise<unknown>): Promise<void> => {
      const abort = new AbortController();
      forgotten.push(new WeakRef(abort.signal));
      const left = expect(wait({ signal: abort.signal })).rejects.toThrow('enough');
      abort.abort(new Error('enough'));
      await left;
    };
    await leave((options) => listener.accept(options));
    await leave((options) => client.recv(options));
    await leave((options) => client.poll(options));
    await leave((options) => client.send('more', options));
    await until(() => {
      collectGarbage();
      return forgotten.every((signal) => signal.deref() === undefined);
    }, 'the waits are forgotten');
    client.close();
    server.close();
  });

  it('says that its connections cannot be sent to other processes [MP-138]', async () => {
    using listener = new Listener();
    const [server, client] = await Promise.all([listener.accept(), connect(await listener.ready())]);
    const [pipe] = Pipe();
    await expect(pipe.send(client)).rejects.toThrow(TransferError);
    client.close();
    server.close();
  });
});
