import type { Session as InspectorSession } from 'node:inspector';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the engine knows of where a function was written. */
export interface FunctionOrigin {
  /** The address of its module, or '' where code was evaluated from a string. */
  readonly url: string;
  /** Counted from 1. */
  readonly line: number;
  /** Whether it was made inside another function, so that it can see more than its module's variables. */
  readonly closure: boolean;
  /** Whether it is in an ES module that Node itself evaluated. */
  readonly inModule: boolean;
}

/** Why a function has no origin. */
export type NoOrigin = 'native' | 'bound' | 'no inspector';

const HELD = Symbol.for('weft.inspected');

let session: InspectorSession | undefined | null;
const scriptUrls = new Map<string, string>();

/**
 * Asks V8, through the in-process inspector, which module a function came from.
 *
 * The session stays open without an agent: only a question about a script that was not seen before costs more. The
 * stack names it, if it is a caller's; if not, a list of all scripts does. Sessions of other debuggers are not disturbed.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#method-getProperties
 */
export function originOf(fn: object): FunctionOrigin | NoOrigin {
  session ??= openSession();
  if (session === null) return 'no inspector';
  try {
    const properties = internalProperties(session, fn);
    if (properties === undefined) return 'no inspector';
    if (properties.has('[[TargetFunction]]')) return 'bound';
    const location = properties.get('[[FunctionLocation]]')?.value as
      | { scriptId: string; lineNumber: number }
      | undefined;
    if (location === undefined) return 'native';
    const scopes = scopeNames(session, properties.get('[[Scopes]]')?.objectId);
    return {
      url: scriptUrl(session, location.scriptId),
      line: location.lineNumber + 1,
      closure: scopes.some((name) => /^(Closure|Local|Catch|With Block)/.test(name)),
      inModule: scopes.includes('Module'),
    };
  } finally {
    release(session);
  }
}

/** Says whether an object has `#private` members of its own; `undefined` where there is no way to tell. */
export function hasPrivateMembers(value: object): boolean | undefined {
  session ??= openSession();
  if (session === null) return undefined;
  try {
    const objectId = remoteId(session, value);
    if (objectId === undefined) return undefined;
    const question = { objectId, ownProperties: true, nonIndexedPropertiesOnly: true };
    const { privateProperties = [] } = ask<{ privateProperties?: unknown[] }>(
      session,
      'Runtime.getProperties',
      question,
    );
    return privateProperties.length > 0;
  } finally {
    release(session);
  }
}

/** Says whether a module has been loaded here, even if it is still being evaluated. */
export function isLoaded(url: string): boolean {
  session ??= openSession();
  if (session === null) return false;
  if (![...scriptUrls.values()].includes(url)) listScripts(session);
  return [...scriptUrls.values()].includes(url);
}

/**
 * Reads a variable of a module that cannot be imported now, because it is still being evaluated.
 *
 * @param inhabitant A function of that module: the variable is looked up in its scope.
 * @param name The variable's name.
 * @returns Its value, if it is a function or a class.
 */
export function moduleVariable(inhabitant: object, name: string): unknown {
  return visibleVariables(inhabitant, (other) => other === name)[0]?.[1];
}

/**
 * Reads the variables that a function can see, those of its module among them: inner ones come first. Global ones and
 * those that hold no object do not count.
 *
 * @param wanted Says by its name whether a variable is read.
 */
export function visibleVariables(fn: object, wanted: (name: string) => boolean = () => true): [string, unknown][] {
  session ??= openSession();
  if (session === null) return [];
  const opened = session;
  try {
    const scopes = internalProperties(opened, fn)?.get('[[Scopes]]')?.objectId;
    return remoteProperties(opened, scopes).flatMap(({ value: scope }) => {
      if (scope?.description === 'Global') return [];
      const variables = remoteProperties(opened, scope?.objectId).filter(({ name }) => wanted(name));
      return variables.flatMap(({ name, value }): [string, unknown][] =>
        value?.objectId === undefined ? [] : [[name, localValue(opened, value.objectId)]],
      );
    });
  } finally {
    release(opened);
  }
}

function openSession(): InspectorSession | null {
  try {
    const inspector = process.getBuiltinModule('node:inspector');
    const opened = new inspector.Session();
    opened.connect();
    opened.on('Debugger.scriptParsed', ({ params }) => scriptUrls.set(params.scriptId, addressOf(params.url)));
    return opened;
  } catch {
    // A Node that was built without it, or that may not use it.
    return null;
  }
}

interface RemoteValue {
  value?: unknown;
  objectId?: string;
  description?: string;
}

interface RemoteProperty {
  name: string;
  value?: RemoteValue;
}

interface Thrown {
  stackTrace?: { callFrames: { scriptId: string; url: string }[] };
}

// In-process, the answer comes before `post` returns.
function ask<T>(opened: InspectorSession, method: string, params: object = {}): T {
  let answer: T | undefined;
  opened.post(method, params, (error, result) => {
    if (error) throw error;
    answer = result as T;
  });
  return answer as T;
}

// Within a context of `node:vm` the inspector sees another global object, and finds nothing.
function remoteId(opened: InspectorSession, value: object): string | undefined {
  const holder = globalThis as Record<symbol, unknown>;
  holder[HELD] = value;
  try {
    const expression = `globalThis[Symbol.for('${HELD.description}')]`;
    return ask<{ result: RemoteValue }>(opened, 'Runtime.evaluate', { expression, objectGroup: 'weft' }).result
      .objectId;
  } finally {
    delete holder[HELD];
  }
}

function internalProperties(opened: InspectorSession, fn: object): Map<string, RemoteValue> | undefined {
  const objectId = remoteId(opened, fn);
  if (objectId === undefined) return undefined;
  const question = { objectId, ownProperties: true };
  const found = ask<{ internalProperties?: RemoteProperty[] }>(opened, 'Runtime.getProperties', question);
  return new Map(found.internalProperties?.map(({ name, value }) => [name, value ?? {}]));
}

function scriptUrl(opened: InspectorSession, scriptId: string): string {
  if (!scriptUrls.has(scriptId)) listRunningScripts(opened);
  if (!scriptUrls.has(scriptId)) listExecutedScripts(opened);
  if (!scriptUrls.has(scriptId)) listScripts(opened);
  return scriptUrls.get(scriptId) ?? '';
}

// Most functions are looked up by a call from their own module, which therefore is on the stack: an error that is thrown
// there names the scripts of all its callers, in a small part of the time that any list of scripts takes. V8 notes them
// only while the domain is enabled. Thrown silently, it stops no debugger that stops where errors are thrown.
function listRunningScripts(opened: InspectorSession): void {
  ask(opened, 'Runtime.enable');
  try {
    const question = { expression: 'throw new Error()', silent: true, objectGroup: 'weft' };
    const { exceptionDetails } = ask<{ exceptionDetails?: Thrown }>(opened, 'Runtime.evaluate', question);
    for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? [])
      scriptUrls.set(scriptId, addressOf(url));
  } finally {
    ask(opened, 'Runtime.disable');
  }
}

// The coverage that V8 keeps anyway names nearly every script. Asking for it takes a small part of the time that enabling
// the debugger takes, which makes V8 digest the text of each script first. The profiler is neither enabled nor disabled
// for it: disabling it would end the coverage that somebody else takes (NODE_V8_COVERAGE).
function listExecutedScripts(opened: InspectorSession): void {
  const { result } = ask<{ result: { scriptId: string; url: string }[] }>(opened, 'Profiler.getBestEffortCoverage');
  for (const { scriptId, url } of result) scriptUrls.set(scriptId, addressOf(url));
}

// Node 22 names a TypeScript module that it got by require after its path.
function addressOf(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

function listScripts(opened: InspectorSession): void {
  ask(opened, 'Debugger.enable');
  ask(opened, 'Debugger.disable');
}

function remoteProperties(opened: InspectorSession, objectId: string | undefined): RemoteProperty[] {
  if (objectId === undefined) return [];
  return ask<{ result: RemoteProperty[] }>(opened, 'Runtime.getProperties', { objectId, ownProperties: true }).result;
}

function localValue(opened: InspectorSession, objectId: string): unknown {
  const holder = globalThis as Record<symbol, unknown>;
  const functionDeclaration = `function (value) { globalThis[Symbol.for('${HELD.description}')] = value; }`;
  try {
    ask(opened, 'Runtime.callFunctionOn', { objectId, functionDeclaration, arguments: [{ objectId }] });
    return holder[HELD];
  } finally {
    delete holder[HELD];
  }
}

function scopeNames(opened: InspectorSession, objectId: string | undefined): string[] {
  return remoteProperties(opened, objectId).map(({ value }) => value?.description ?? '');
}

function release(opened: InspectorSession): void {
  opened.post('Runtime.releaseObjectGroup', { objectGroup: 'weft' });
}
