import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CancelledError, NotOwnerError, RemoteTraceback, TaskGroupError, TimeoutError, transfer } from '@weft/core';
import { packThrown, unpackThrown } from '@weft/core/lowlevel';
import { HttpError } from '../fixtures/classes.ts';
import { transports } from './transports.ts';

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

  it.each(['WebAssembly.CompileError', 'WebAssembly.LinkError', 'WebAssembly.RuntimeError', 'SuppressedError'])(
    'of class %s, where Node has it, keeps its class',
    (path) => {
      const type = path.split('.').reduce<unknown>((holder, name) => (holder as never)[name], globalThis);
      if (type === undefined) return;
      const error = Reflect.construct(type as new () => Error, []) as Error;
      expect((send(error) as Error).constructor).toBe(type);
    },
  );

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

  it('prints what looks as if it could cross, and cannot: a buffer that has moved, a port', () => {
    const gone = new ArrayBuffer(8);
    structuredClone(gone, { transfer: [gone] });
    const { port1, port2 } = new MessageChannel();
    for (const part of [gone, transfer(port1, [port1])]) {
      const failure = Object.assign(new RangeError('failed'), { part, code: 7, deep: { part } });
      const arrived = carry(failure);
      expect(arrived).toBeInstanceOf(RangeError);
      expect(arrived).toMatchObject({ message: 'failed', part: expect.any(String), code: 7, deep: expect.any(String) });
      expect(carry({ part })).toEqual(expect.any(String));
    }
    port2.close();
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

  it.each<[string, () => unknown]>([
    ['a getter that throws', () => Object.defineProperty(new TypeError('x'), 'code', { get: fail, enumerable: true })],
    ['a message that throws', () => Object.defineProperty(new TypeError('x'), 'message', { get: fail })],
    ['a name that is no text', () => Object.assign(new TypeError('x'), { name: Object.create(null) as string })],
    ['a port', () => Object.assign(new TypeError('x'), { port: new AbortController().signal })],
  ])('carries an error with %s', (_what, make) => {
    expect(carry(make())).toBeInstanceOf(TypeError);
  });

  it('carries what cannot even be printed', () => {
    const proxy = new Proxy({}, { getPrototypeOf: fail, ownKeys: fail, get: fail });
    expect(carry(proxy)).toBeTypeOf('string');
    expect(carry({ f: fail, [inspect.custom]: fail })).toBeTypeOf('string');
  });

  it('carries an error that holds a Proxy which was revoked', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const error = Object.assign(new TypeError('x', { cause: proxy }), { proxy, list: [proxy] });
    expect(carry(error)).toMatchObject({
      cause: '<Revoked Proxy>',
      proxy: '<Revoked Proxy>',
      list: ['<Revoked Proxy>'],
    });
    expect(carry(proxy)).toBe('<Revoked Proxy>');
  });

  it('carries a DOMException with a field that cannot cross, and one of a class that extends it', () => {
    const thrown = Object.assign(new DOMException('gone', 'AbortError'), { retry: fail });
    expect(carry(thrown)).toMatchObject({
      name: 'AbortError',
      message: 'gone',
      retry: expect.stringContaining('Function') as string,
    });
    class Special extends DOMException {}
    expect(carry(new Special('late', 'TimeoutError'))).toMatchObject({ name: 'TimeoutError', message: 'late' });
  });

  it('carries errors that hold each other and what cannot cross', () => {
    const all = [0, 1, 2, 3].map((n) => Object.assign(new AggregateError([], `number ${n}`), { retry: fail }));
    for (const error of all) error.errors.push(...all);
    const arrived = carry(all[0]) as AggregateError;
    expect(arrived.errors[0]).toBe(arrived);
    expect((arrived.errors[1] as AggregateError).errors[0]).toBe(arrived);
  });
});

function fail(): never {
  throw new RangeError('not today');
}

it('needs no WebAssembly, which Node lacks with --jitless', async () => {
  const program = `
    import { packThrown, unpackThrown } from '@weft/core/lowlevel';
    const { body } = packThrown(new RangeError('far'), 'process');
    process.stdout.write(typeof WebAssembly + ' ' + unpackThrown(body, 'process', 'there'));`;
  const flags = ['--jitless', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  expect(stdout).toBe('undefined RangeError: far');
});
