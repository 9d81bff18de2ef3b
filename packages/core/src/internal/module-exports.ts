import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originOf } from './inspector.ts';

const load = createRequire(import.meta.url);

/**
 * Gives a module's exports at once, without a promise, if that is possible.
 *
 * It is not while the module, or one that it imports, is still being evaluated or uses top-level `await`, nor where a
 * loader of somebody else's (tsx) would make `require` evaluate it once more.
 *
 * @returns The exports: a namespace, or a CommonJS module's `exports`. `undefined` if they cannot be had now.
 * @throws What the module throws when it is evaluated.
 */
export function exportsNow(url: string): object | undefined {
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
  return exportsNow(url) ?? ((await import(url)) as object);
}

/** Finds the name under which a module exports something: `square`, `default`, `Shape.area`. */
export function exportName(exports: object, wanted: object): string | undefined {
  const names = Object.keys(exports);
  const direct = names.find((name) => name !== 'module.exports' && read(exports, name) === wanted);
  if (direct !== undefined) return direct;
  for (const name of names) {
    const holder = read(exports, name);
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
  let source: string;
  try {
    source = readFileSync(fileURLToPath(url), 'utf8');
  } catch {
    return true;
  }
  const escaped = name.replaceAll('$', '\\$');
  const forms = [
    `\\bexport\\s+(default\\s+)?(async\\s+)?(function\\s*\\*?|class)\\s+${escaped}(?![\\w$])`,
    `\\bexport\\s+(const|let|var)\\b[^;\\n]*(?<![\\w$])${escaped}(?![\\w$])`,
    `\\bexport\\s*\\{[^}]*(?<![\\w$])${escaped}(?![\\w$])[^}]*\\}`,
    `\\bexport\\s+default\\s+(${escaped}(?![\\w$])|(?!(async\\s+)?(function|class)\\s+[\\w$]))`,
    '\\bexports\\s*[.=[]',
  ];
  return new RegExp(forms.join('|')).test(source);
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
