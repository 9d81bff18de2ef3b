import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originOf } from './inspector.ts';
import { isWorkerThread } from './worker-thread.ts';

const load = createRequire(import.meta.url);

/**
 * Whether a module may be required that has not been loaded yet. Up to Node 23 the whole process is aborted if a thread
 * is ended just while it links a module for `require` (not for `import`).
 */
export const MAY_REQUIRE = !isWorkerThread() || Number.parseInt(process.versions.node) >= 24;

const imported = new Map<string, object>();

/**
 * Gives a module's exports at once, without a promise, if that is possible.
 *
 * It is not while the module, or one that it imports, is still being evaluated or uses top-level `await`, nor where a
 * loader of somebody else's (tsx) would make `require` evaluate it once more.
 *
 * @param mayRequire Whether a module that has not been required before may be; `true` by default.
 * @returns The exports: a namespace, or a CommonJS module's `exports`. `undefined` if they cannot be had now.
 * @throws What the module throws when it is evaluated.
 */
export function exportsNow(url: string, mayRequire = true): object | undefined {
  const known = imported.get(url);
  if (known !== undefined || !(mayRequire || isRequired(url))) return known;
  const specifier = toSpecifier(url);
  if (specifier === undefined || (!isRequired(url) && !hasNativeLoader(specifier))) return undefined;
  try {
    const found: unknown = load(specifier);
    return isHolder(found) ? found : undefined;
  } catch (error) {
    if (isLoaderRefusal(error)) return undefined;
    throw error;
  }
}

/** Says whether a module, CommonJS or not, has been required before: then requiring it evaluates nothing. */
export function isRequired(url: string): boolean {
  const specifier = toSpecifier(url);
  return specifier !== undefined && (url.startsWith('node:') || load.cache[specifier] !== undefined);
}

/** Gives a module's exports, importing it if need be. */
export async function exportsOf(url: string): Promise<object> {
  const exports = exportsNow(url, MAY_REQUIRE);
  if (exports !== undefined) return exports;
  const namespace = (await import(url)) as object;
  if (isRequired(url)) return exportsNow(url) ?? namespace;
  imported.set(url, namespace);
  return namespace;
}

/** Finds the name under which a module exports something: `square`, `default`, `Shape.area`. */
export function exportName(exports: object, wanted: object): string | undefined {
  // What a CommonJS module is, an importer gets as its default export.
  if (exports === wanted) return 'default';
  const names = Object.keys(exports).filter((name) => name !== 'module.exports');
  return nameAmong(
    names.map((name) => [name, read(exports, name)]),
    wanted,
  );
}

/** Finds what holds something: a name, or a name and a member's. */
export function nameAmong(holders: readonly [name: string, value: unknown][], wanted: object): string | undefined {
  const direct = holders.find(([, value]) => value === wanted);
  if (direct !== undefined) return direct[0];
  for (const [name, holder] of holders) {
    if (!isHolder(holder)) continue;
    const member = memberNames(holder).find((key) => read(holder, key) === wanted);
    if (member !== undefined) return `${name}.${member}`;
  }
  return undefined;
}

/** Reads what {@link exportName} named. */
export function readExport(exports: object, name: string): unknown {
  const direct = read(exports, name);
  if (direct !== undefined) return direct;
  if (name === 'default' && typeof exports === 'function') return exports;
  const [owner = '', ...rest] = name.split('.');
  const holder = read(exports, owner);
  return rest.length > 0 && isHolder(holder) ? read(holder, rest.join('.')) : undefined;
}

/**
 * Looks in a module's source for an export of that name, where its exports cannot be asked.
 *
 * @returns `false` only if it is certain that nothing of that name is exported.
 */
export function mayExport(url: string, name: string): boolean {
  const escaped = name.replaceAll('$', '\\$');
  return finds(url, [
    `\\bexport\\s+(default\\s+)?(async\\s+)?(function\\s*\\*?|class)\\s+${escaped}(?![\\w$])`,
    `\\bexport\\s+(const|let|var)\\b[^;\\n]*(?<![\\w$])${escaped}(?![\\w$])`,
    `\\bexport\\s*\\{[^}]*(?<![\\w$])${escaped}(?![\\w$])[^}]*\\}`,
    defaultForm(escaped),
    '\\bexports\\s*[.=[]',
  ]);
}

/** Looks in a module's source for a default export that has that name, or none, as {@link mayExport} does. */
export function mayBeDefault(url: string, name: string): boolean {
  return finds(url, [defaultForm(name.replaceAll('$', '\\$'))]);
}

function defaultForm(escaped: string): string {
  return `\\bexport\\s+default\\s+(${escaped}(?![\\w$])|(?!(async\\s+)?(function|class)\\s+[\\w$]))`;
}

function finds(url: string, forms: readonly string[]): boolean {
  try {
    return new RegExp(forms.join('|')).test(readFileSync(fileURLToPath(url), 'utf8'));
  } catch {
    return true;
  }
}

/**
 * Finds a function of Node's own, whose script nobody can import, in the module that shows it to programs.
 *
 * @param url The address of the script: `node:internal/fs/promises`.
 * @returns The module and the name: `node:fs/promises`, `readFile`.
 */
export function publicName(url: string, wanted: object): [module: string, name: string] | undefined {
  const [, ...parts] = url.slice('node:'.length).split('/');
  for (; parts.length > 0; parts.pop()) {
    const module = `node:${parts.join('/')}`;
    const name = isBuiltin(module) ? exportName(load(module) as object, wanted) : undefined;
    if (name !== undefined) return [module, name];
  }
  return undefined;
}

function hasNativeLoader(path: string): boolean {
  const { extensions } = load;
  const handler = extensions[extname(path)] ?? extensions['.js'];
  if (handler === undefined) return true;
  let native = nativeLoaders.get(handler);
  if (native === undefined) {
    native = isNodesOwn(handler);
    nativeLoaders.set(handler, native);
  }
  return native;
}

// Node's own code calls methods by names such as StringPrototypeEndsWith, which exist nowhere else. If it should stop to
// do so, the inspector knows; opening that takes some milliseconds, just when a worker is waited for.
function isNodesOwn(handler: object): boolean {
  if (/\bStringPrototype[A-Z]/.test(Function.prototype.toString.call(handler))) return true;
  const origin = originOf(handler);
  return typeof origin === 'string' || origin.url.startsWith('node:');
}

const nativeLoaders = new WeakMap<object, boolean>();

function toSpecifier(url: string): string | undefined {
  if (url.startsWith('node:')) return url;
  if (!url.startsWith('file:') || url.includes('?') || url.includes('#')) return undefined;
  return fileURLToPath(url);
}

// ERR_REQUIRE_ASYNC_MODULE, ERR_REQUIRE_CYCLE_MODULE and their kin: importing the module works.
function isLoaderRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && (code.startsWith('ERR_REQUIRE') || code === 'ERR_UNKNOWN_FILE_EXTENSION');
}

function isHolder(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** The names of a class's static methods, or of the functions that a plain object holds. No getter is called. */
export function memberNames(holder: object): string[] {
  const isPlain = typeof holder === 'object' && Object.getPrototypeOf(holder) === Object.prototype;
  if (typeof holder !== 'function' && !isPlain) return [];
  return Object.getOwnPropertyNames(holder).filter((name) => {
    if (FUNCTION_OWN.has(name)) return false;
    return typeof Object.getOwnPropertyDescriptor(holder, name)?.value === 'function';
  });
}

const FUNCTION_OWN = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

// A getter may throw or, in a module that is being evaluated, be in its temporal dead zone.
function read(holder: object, name: string): unknown {
  try {
    return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
