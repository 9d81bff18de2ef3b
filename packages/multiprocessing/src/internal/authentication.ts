import { AuthenticationError, BrokenPipeError, EndOfStreamError, TimeoutError, type WaitOptions } from '@weft/core';
import { checkTimeout } from '@weft/core/lowlevel';
import type { SocketTransport } from './socket-transport.ts';

/** The exchange is that of Python's multiprocessing.connection, so that both understand each other. */
const CHALLENGE = Buffer.from('#CHALLENGE#');
const WELCOME = Buffer.from('#WELCOME#');
const FAILURE = Buffer.from('#FAILURE#');
const NONCE_BYTES = 40;
const LEGACY_NONCE_BYTES = 20;
const LEGACY = 'md5';
const DIGESTS = new Set(['md5', 'sha256', 'sha3-256', 'sha3-384']);
// Loaded when first used: it takes several milliseconds, before the first child can start.
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');
/** Nothing longer is read from somebody unknown. */
export const MAX_UNKNOWN = 256;

/** How long the other side may take to prove that it knows the key, in milliseconds. */
const PATIENCE = 10_000;

/** A wait for a connection, of which the proof is the last part. */
export interface Introduction extends WaitOptions {
  /** When the wait has begun, by `performance.now()`. */
  readonly began: number;
  /** What is waited for, as an infinitive. */
  readonly action: string;
  /** Whether this side asks first: the one that listens. */
  readonly first: boolean;
}

/**
 * Lets both sides prove that they know the key, without telling it. Nothing that comes is decoded before.
 *
 * @throws {AuthenticationError} If the other side does not know the key, takes too long to prove it, or ends meanwhile.
 * @throws {TimeoutError} If the time of the whole wait runs out before.
 */
export async function authenticate(
  transport: SocketTransport,
  key: Uint8Array,
  { began, timeout, signal, action, first }: Introduction,
): Promise<void> {
  const end = began + checkTimeout(timeout);
  const patience = performance.now() + PATIENCE;
  const limits: WaitOptions = {
    signal,
    get timeout() {
      return Math.max(0, Math.min(end, patience) - performance.now());
    },
  };
  try {
    await exchange(transport, key, first, limits);
  } catch (cause) {
    transport.close();
    if (timeout !== undefined && end < patience && cause instanceof TimeoutError)
      throw new TimeoutError(action, timeout);
    const failed = [BrokenPipeError, EndOfStreamError, TimeoutError].some((type) => cause instanceof type);
    if (!failed) throw cause;
    const failure =
      cause instanceof TimeoutError ? 'took too long to prove' : 'ended the connection before it had proved';
    throw new AuthenticationError(`Cannot ${action}: the other side ${failure} that it knows the key`, { cause });
  }
}

async function exchange(
  transport: SocketTransport,
  key: Uint8Array,
  first: boolean,
  options: WaitOptions,
): Promise<void> {
  transport.maxLength = MAX_UNKNOWN;
  const steps = [() => challenge(transport, key, options), () => answer(transport, key, options)];
  for (const step of first ? steps : steps.toReversed()) await step();
  transport.maxLength = Infinity;
}

async function challenge(transport: SocketTransport, key: Uint8Array, options: WaitOptions): Promise<void> {
  const { randomBytes, timingSafeEqual } = crypto();
  const message = Buffer.concat([Buffer.from('{sha256}'), randomBytes(NONCE_BYTES)]);
  await transport.send(Buffer.concat([CHALLENGE, message]), options);
  const response = parse(await transport.receive(options));
  const expected =
    response.digest !== undefined && DIGESTS.has(response.digest) ? prove(response.digest, key, message) : undefined;
  if (expected?.length !== response.body.length || !timingSafeEqual(expected, response.body)) {
    await transport.send(FAILURE, options);
    throw new AuthenticationError('Cannot trust the other side: it does not know the key');
  }
  await transport.send(WELCOME, options);
}

async function answer(transport: SocketTransport, key: Uint8Array, options: WaitOptions): Promise<void> {
  const received = await transport.receive(options);
  if (!received.subarray(0, CHALLENGE.length).equals(CHALLENGE)) {
    throw new AuthenticationError('Cannot prove to know the key: the other side sent no challenge');
  }
  const message = received.subarray(CHALLENGE.length);
  const { digest, legacy } = parse(message);
  if (digest === undefined || !DIGESTS.has(digest))
    throw new AuthenticationError('Cannot prove to know the key: the other side asks for an unknown digest');
  if (message.length < LEGACY_NONCE_BYTES)
    throw new AuthenticationError('Cannot prove to know the key: the challenge is too short');
  const proof = prove(digest, key, message);
  await transport.send(legacy ? proof : Buffer.concat([Buffer.from(`{${digest.replace('-', '_')}}`), proof]), options);
  const verdict = await transport.receive(options);
  if (!verdict.equals(WELCOME)) throw new AuthenticationError('Cannot connect: the other side did not accept the key');
}

function prove(digest: string, key: Uint8Array, message: Uint8Array): Buffer {
  return crypto().createHmac(digest, key).update(message).digest();
}

/** Splits the name of the digest off, which older versions of Python do not send. */
function parse(message: Buffer): { digest: string | undefined; legacy: boolean; body: Buffer } {
  const isLegacyLength = message.length === LEGACY_NONCE_BYTES || message.length === 16;
  const end = message[0] === 0x7b ? message.indexOf('}') : -1;
  if (end < 0) return { digest: isLegacyLength ? LEGACY : undefined, legacy: true, body: message };
  return {
    digest: message.toString('latin1', 1, end).replace('_', '-'),
    legacy: false,
    body: message.subarray(end + 1),
  };
}
