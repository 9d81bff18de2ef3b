import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { TargetError } from './errors.ts';
import { functionName } from './internal/function-name.ts';
import {
  type FunctionOrigin,
  type NoOrigin,
  isLoaded,
  moduleVariable,
  originOf,
  visibleVariables,
} from './internal/inspector.ts';
import {
  MAY_REQUIRE,
  exportName,
  exportsNow,
  exportsOf,
  isRequired,
  mayBeDefault,
  mayExport,
  memberNames,
  nameAmong,
  publicName,
  readExport,
} from './internal/module-exports.ts';

/** A function that another thread or process can be asked to run. */
// oxlint-disable-next-line typescript/no-explicit-any -- any function at all: `unknown[]` would refuse most of them
export type Target<A extends unknown[] = any[], R = unknown> = (...args: A) => R;

/** Where the other side finds a function or a class. It is plain data. */
export interface TargetReference {
  /** The address of the module that exports it. */
  readonly module: string;
  /** The export's name, with a dot before a static method's; a guess where {@link exact} is false. */
  readonly name: string;
  /** Whether the name was seen to be right. If not, the other side looks for the function with this source text. */
  readonly exact: boolean;
  /**
   * A digest of the function's source text: the other side must find the same. 0 where the text here is not the
   * module's own, because a test runner or a bundler's server transformed it: then the name must do.
   */
  readonly digest: number;
}

type Callable = Target | (abstract new (...args: never[]) => unknown);

const described = new WeakMap<object, TargetReference>();
/** Where marked functions are: their text is digested when somebody asks, not when their module is loaded. */
const places = new WeakMap<object, { readonly module: string; readonly name: string }>();
/** The functions of that mark: in a bundle, modules that had a file of their own share one address. */
const marked = new Map<string, object[]>();
const loaded = new Map<string, object>();
/** Of each module, one function that was looked up: through it the module's variables can be read. */
const inhabitants = new Map<string, WeakRef<object>>();

/**
 * Marks a function, or a class that crosses, with the module it is in, where the library cannot find that out: in a
 * bundle, or where Node has no inspector.
 *
 * The call must stand at the top level of the module, so that it runs again where the module is imported.
 *
 * @param meta The module's `import.meta`.
 * @param target The function or class.
 * @param name What tells it from the module's other ones; its own name if left out.
 * @returns The function or class itself.
 * @throws {TypeError} If it is not a function, or has no name, or `meta` has no `url`.
 * @example
 * export const square = task(import.meta, (x: number) => x * x, 'square');
 */
export function task<T extends Callable>(meta: ImportMeta, target: T, name: string = target.name): T {
  if (typeof target !== 'function') throw new TypeError(`Cannot mark ${String(target)}: it is not a function`);
  if (name === '') throw new TypeError('Cannot mark a function without a name: give one as the third argument');
  if (typeof meta?.url !== 'string') {
    throw new TypeError(`Cannot mark ${name}: its import.meta has no "url"; bundle as an ES module, not as CommonJS`);
  }
  const place = { module: meta.url, name };
  described.delete(target);
  places.set(target, place);
  const mark = markOf(place);
  const others = marked.get(mark)?.filter((other) => digestOf(other) !== digestOf(target)) ?? [];
  marked.set(mark, [...others, target]);
  return target;
}

/**
 * Finds out where the other side will find a function: which module exports it, and as what.
 *
 * Looked up once for each function.
 *
 * @param target An exported function, or static method, of any module.
 * @returns Its reference, which is plain data.
 * @throws {TypeError} If it is not a function.
 * @throws {TargetError} If the other side could not find it, or not call it.
 */
export function describeTarget(target: Callable): TargetReference {
  const known = referenceOf(target as object);
  if (known !== undefined) return known;
  if (typeof target !== 'function')
    throw new TypeError(`Cannot use ${inspect(target, { depth: 0 })} as a target: it is not a function`);
  if (isClass(target)) {
    throw new TargetError(`Cannot call ${labelOf(target)}: a class needs "new"; export a function that makes one`);
  }
  return describe(target);
}

/** Finds out where the other side will find a class, as {@link describeTarget} does for functions. */
export function describeClass(target: Callable): TargetReference {
  return referenceOf(target) ?? describe(target);
}

/**
 * Finds the function or class that a reference means, importing its module if need be.
 *
 * @returns It, at once if its module can be had without waiting.
 * @throws {TargetError} If the module cannot be imported, with its error as `cause`, or if it exports no such thing.
 */
export function loadTarget(reference: TargetReference): Callable | Promise<Callable> {
  return load(reference, MAY_REQUIRE);
}

function load(reference: TargetReference, mayRequire: boolean): Callable | Promise<Callable> {
  const known = loaded.get(keyOf(reference));
  if (known !== undefined) return known as Callable;
  if (marked.has(markOf(reference))) return find(reference, {});
  try {
    const exports = exportsNow(reference.module, mayRequire);
    if (exports !== undefined) return find(reference, exports);
  } catch (cause) {
    throw asTargetError(reference, cause);
  }
  return exportsOf(reference.module).then(
    (exports) => find(reference, exports),
    (cause: unknown) => {
      throw asTargetError(reference, cause);
    },
  );
}

/**
 * Finds what a reference means without ever waiting for a module that may itself be waiting for the caller: one that is
 * still being evaluated, as a program is during its top-level `await`.
 *
 * @returns It, or `undefined` if it cannot be found now.
 */
export function loadTargetNow(reference: TargetReference): Callable | undefined {
  return loadNow(reference, true);
}

function loadNow(reference: TargetReference, mayRequire: boolean): Callable | undefined {
  try {
    const found = load(reference, mayRequire);
    if (!(found instanceof Promise)) return found;
    found.catch(() => undefined);
    const inhabitant = inhabitants.get(reference.module)?.deref();
    const [variable = ''] = reference.name.split('.');
    return inhabitant && find(reference, { [variable]: moduleVariable(inhabitant, variable) });
  } catch {
    return undefined;
  }
}

/**
 * Loads a module that is not loaded yet, so that {@link loadTargetNow} finds what is in it.
 *
 * @returns `undefined` if it finds it already.
 */
export function preload(reference: TargetReference): Promise<unknown> | undefined {
  if (loadNow(reference, MAY_REQUIRE) !== undefined) return undefined;
  // Where it has been evaluated, importing it takes no more than a turn, or it never will be while the caller waits.
  if (MAY_REQUIRE && isLoaded(reference.module)) return new Promise((resolve) => setImmediate(resolve));
  const loading = exportsOf(reference.module).catch(() => undefined);
  return MAY_REQUIRE ? loading : Promise.race([loading, patience()]);
}

// Where the inspector must not be asked: while it answers, these threads do not notice that they are ended.
function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10_000).unref());
}

function referenceOf(target: object): TargetReference | undefined {
  const known = described.get(target);
  if (known !== undefined) return known;
  const place = places.get(target);
  if (place === undefined) return undefined;
  const reference = { ...place, exact: true, digest: digestOf(target) };
  described.set(target, reference);
  return reference;
}

function describe(target: Callable): TargetReference {
  const origin = originOf(target);
  if (typeof origin === 'string')
    throw new TargetError(`Cannot find the module of ${labelOf(target)}: ${NO_ORIGIN[origin]}`);
  const where = `${labelOf(target)} (${placeOf(origin.url)}:${origin.line})`;
  if (!/^(file|node|data|https?):/.test(origin.url) || /\/\[(eval|stdin)\d*\]$/.test(origin.url)) {
    throw new TargetError(
      `Cannot find the module of ${where}: it was made by evaluating text; put it in a module of its own`,
    );
  }
  if (origin.url.startsWith('node:internal/')) return describeInternal(target, origin.url);
  inhabitants.set(origin.url, new WeakRef(target));
  const isNative = origin.inModule || isRequired(origin.url);
  const exports = isNative || !origin.url.startsWith('file:') ? tryExportsNow(origin.url) : undefined;
  const name = exports && exportName(exports, target);
  const guess = name ?? (exports === undefined ? guessName(origin, target) : undefined);
  if (name === undefined && origin.closure && isNative && !isCommonJs(origin.url)) {
    throw new TargetError(
      `Cannot run ${where} elsewhere: it is a closure; export it at the top level of its module and pass what it needs as arguments, or mark it with task(import.meta, fn)`,
    );
  }
  if (guess === undefined) {
    throw new TargetError(
      `Cannot run ${where} elsewhere: its module does not export it; write "export" before it, or mark it with task(import.meta, fn)`,
    );
  }
  const digest = isNative ? digestOf(target) : 0;
  const reference = { module: origin.url, name: guess, exact: name !== undefined, digest };
  described.set(target, reference);
  return reference;
}

// A module that is still being evaluated cannot be asked: its variables and its text say what it will export. Only the
// text of another loader's module says it all, and only a default export is in no variable.
function guessName({ url, inModule }: FunctionOrigin, target: Callable): string | undefined {
  // The variable of its own name first: that is one question, and the others are one for each variable.
  if (mayExport(url, target.name) && moduleVariable(target, target.name) === target) return target.name;
  const found = nameAmong(
    visibleVariables(target).filter(([name]) => mayExport(url, name)),
    target,
  );
  if (found !== undefined) return found;
  return (inModule ? mayBeDefault : mayExport)(url, target.name) ? target.name : undefined;
}

function describeInternal(target: Callable, url: string): TargetReference {
  const [module, name] = publicName(url, target) ?? [];
  if (module === undefined || name === undefined)
    throw new TargetError(`Cannot find the module of ${labelOf(target)}: ${NO_ORIGIN.native}`);
  const reference = { module, name, exact: true, digest: digestOf(target) };
  described.set(target, reference);
  return reference;
}

const NO_ORIGIN: Record<NoOrigin, string> = {
  native: 'it is a native function; export a function that calls it',
  bound: 'it is a bound function; export a function and pass what was bound as arguments',
  'no inspector': 'this Node has no inspector; mark it with task(import.meta, fn)',
};

// A module that throws when asked is asked again on the other side, where its error is reported with the task.
function tryExportsNow(url: string): object | undefined {
  try {
    return exportsNow(url);
  } catch {
    return undefined;
  }
}

function find(reference: TargetReference, exports: object): Callable {
  const mark = findMarked(reference);
  const found = mark ?? (reference.exact ? readExport(exports, reference.name) : search(reference, exports));
  if (typeof found !== 'function') {
    throw new TargetError(
      `Cannot find ${reference.name} in ${placeOf(reference.module)}: no such function is exported there`,
    );
  }
  if (mark === undefined && !matches(found, reference)) {
    throw new TargetError(
      `Cannot run ${reference.name} of ${placeOf(reference.module)}: it is not the function that was sent; the module changed, or exports another one here`,
    );
  }
  loaded.set(keyOf(reference), found);
  if (referenceOf(found) === undefined) described.set(found, { ...reference, exact: true });
  return found as Callable;
}

// Who marks a function answers for its name; the text decides only between several of one name.
function findMarked(reference: TargetReference): object | undefined {
  const named = marked.get(markOf(reference)) ?? [];
  return named.length === 1 ? named[0] : named.find((target) => matches(target, reference));
}

function matches(target: object, { digest }: TargetReference): boolean {
  return digest === 0 || digestOf(target) === digest;
}

// The sender could not ask its own module, which was still being evaluated: look for the function by its text.
function search(reference: TargetReference, exports: object): unknown {
  const named = readExport(exports, reference.name);
  if (typeof named === 'function' && matches(named, reference)) return named;
  if (reference.digest === 0) return undefined;
  const candidates = Object.values(exports).flatMap((value: unknown) => {
    const isHolder = typeof value === 'function' || (typeof value === 'object' && value !== null);
    return isHolder ? [value, ...memberNames(value).map((key) => (value as never)[key] as unknown)] : [];
  });
  return candidates.find((value) => typeof value === 'function' && digestOf(value) === reference.digest);
}

function asTargetError(reference: TargetReference, cause: unknown): TargetError {
  if (cause instanceof TargetError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TargetError(`Cannot import ${placeOf(reference.module)} to find ${reference.name}: ${reason}`, { cause });
}

function keyOf({ module, name, digest }: TargetReference): string {
  return `${module}#${name}#${digest}`;
}

function markOf({ module, name }: { module: string; name: string }): string {
  return `${module}#${name}`;
}

function labelOf(target: Callable): string {
  return functionName(target) || 'an anonymous function';
}

function placeOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

function isClass(value: unknown): value is Callable {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

// In a CommonJS module every function is inside the module's own wrapper.
function isCommonJs(url: string): boolean {
  return url.endsWith('.cjs') || url.endsWith('.cts') || url.startsWith('node:');
}

// FNV-1a over UTF-16 units, 32 bits.
function digestOf(target: object): number {
  const text = Function.prototype.toString.call(target);
  let digest = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) digest = Math.imul(digest ^ text.charCodeAt(i), 0x01000193);
  return digest >>> 0;
}
