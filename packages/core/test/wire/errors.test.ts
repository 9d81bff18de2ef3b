import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CancelledError, NotOwnerError, RemoteTraceback, TaskGroupError, TimeoutError } from '@weft/core';
import { decodeBytes, encodeBytes, pack, packThrown, unpack, unpackThrown } from '@weft/core/lowlevel';
import { HttpError } from '../fixtures/classes.ts';

const transports: [string, (value: unknown) => unknown][] = [
  ['threads', (value) => unpack(structuredClone(pack(value, 'thread', 'value').body), 'thread')],
  ['processes', (value) => decodeBytes(encodeBytes(value, { medium: 'process', path: 'value' }), { medium: 'process' })],
];

describe.each(transports)('an error between %s', (_name, send) => {
  it.each([
    ['Error', new Error('plain')],
    ['TypeError', new TypeError('wrong')],
    ['RangeError', new RangeError('far', { cause: { why: 1 } })],
    ['AggregateError', new AggregateError([new Error('a'), 'b'], 'many')],
    ['TimeoutError', new TimeoutError('wait', 5)],
    ['NotOwnerError', new NotOwnerError('not yours')],
    ['TaskGroupError', new TaskGroupError([new CancelledError('c')], 'group')],
    ['an exported class', new HttpError(503, { cause: new TypeError('below') })],
    ['DOMException', new DOMException('gone', 'AbortError')],
    ['Error with fields', Object.assign(new Error('x'), { code: 'E', path: '/tmp', nested: { deep: [1] } })],
  ])('%s keeps class, message, stack and fields', (_what, error) => {
    const arrived = send(error) as Error & Record<string, unknown>;

    expect(arrived.constructor).toBe(error.constructor);
    expect(arrived.name).toBe(error.name);
    expect(arrived.message).toBe(error.message);
    if (!(error instanceof DOMException)) expect(arrived.stack).toBe(error.stack);
    for (const key of Object.getOwnPropertyNames(error).filter((name) => name !== 'stack')) {
      expect(arrived[key], key).toEqual((error as never)[key]);
    }
    expect(Object.keys(arrived)).toEqual(Object.keys(error));
  });

  it('calls no constructor', () => {
    const error = new HttpError(500);
    const { made } = HttpError;
    const arrived = send(error) as HttpError;
    expect(arrived.temporary).toBe(true);
    expect(HttpError.made).toBe(made);
  });

  it('of a class that cannot be found arrives as Error with its name and fields', () => {
    class Hidden extends Error {
      override readonly name = 'Hidden';
      readonly detail = 7;
    }
    const arrived = send(new Hidden('here')) as Hidden;
    expect(arrived.constructor).toBe(Error);
    expect(arrived).toMatchObject({ name: 'Hidden', message: 'here', detail: 7 });
  });

  it('does not have to be thrown to keep no cause', () => {
    expect(Object.hasOwn(send(new Error('as data')) as Error, 'cause')).toBe(false);
  });
});

describe('packThrown', () => {
  const carry = (thrown: unknown): unknown =>
    unpackThrown(structuredClone(packThrown(thrown, 'thread').body), 'thread', 'Thread-1');

  it('adds where it was thrown as the cause', () => {
    const thrown = new TypeError('far away');
    const { cause } = carry(thrown) as { cause: RemoteTraceback };
    expect(cause).toBeInstanceOf(RemoteTraceback);
    expect(cause.message).toBe('thrown in Thread-1');
    expect(cause.stack).toContain('errors.test.ts');
    expect(inspect(carry(thrown))).toContain('[cause]: RemoteTraceback: thrown in Thread-1');
  });

  it('keeps a cause that is there', () => {
    expect((carry(new Error('x', { cause: 'own' })) as Error).cause).toBe('own');
  });

  it.each([[0], [''], [null], [undefined], ['text'], [{ code: 1 }]])('carries %j, which is no error', (thrown) => {
    expect(carry(thrown)).toEqual(thrown);
  });

  it('prints what cannot cross', () => {
    const inner = Object.assign(new Error('inner'), { socket: () => 1 });
    const thrown = Object.assign(new RangeError('outer', { cause: inner }), { agent: { get: () => 1 }, code: 'E' });
    const arrived = carry(thrown) as RangeError & { agent: string; code: string; cause: Error & { socket: string } };
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived.code).toBe('E');
    expect(arrived.agent).toContain('Function');
    expect(arrived.cause.socket).toContain('Function');
    expect(carry(() => 1)).toContain('Function');
  });
});
