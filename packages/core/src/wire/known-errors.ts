import * as errors from '../errors.ts';
import { TaskGroupError } from '../task-group-error.ts';

type ErrorClass = abstract new (...args: never[]) => Error;

const builtIns = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError];

const { SuppressedError: suppressed, WebAssembly: wasm } = globalThis as unknown as {
  // Newer than the oldest Node that is supported.
  SuppressedError?: ErrorClass;
  // Node's own types leave it out, and Node does so with `--jitless`.
  WebAssembly?: Record<'CompileError' | 'LinkError' | 'RuntimeError', ErrorClass>;
};

/** The error classes that every side has, by the name that they cross with. */
const classes = new Map<string, ErrorClass>([
  ...builtIns.map((type): [string, ErrorClass] => [type.name, type]),
  ...Object.entries(errors).map(([name, type]): [string, ErrorClass] => [`weft.${name}`, type]),
  ['weft.TaskGroupError', TaskGroupError],
  ['DOMException', DOMException],
]);
if (wasm !== undefined) {
  for (const name of ['CompileError', 'LinkError', 'RuntimeError'] as const)
    classes.set(`WebAssembly.${name}`, wasm[name]);
}
if (suppressed !== undefined) classes.set('SuppressedError', suppressed);

const names = new Map<unknown, string>([...classes].map(([name, type]) => [type, name]));

/** The name of a class that every side has. */
export function knownErrorName(type: unknown): string | undefined {
  return names.get(type);
}

/** The class of that name. */
export function knownErrorClass(name: string): ErrorClass | undefined {
  return classes.get(name);
}
