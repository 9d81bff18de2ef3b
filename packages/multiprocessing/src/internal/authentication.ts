import { AuthenticationError, type WaitOptions } from '@weft/core';
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

/**
 * Lets both sides prove that they know the key, without telling it. Nothing that comes is decoded before.
 *
 * @param first Whether this side asks first: the one that listens.
 * @throws {AuthenticationError} If the other side does not know the key.
 */
export async function authenticate(
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
