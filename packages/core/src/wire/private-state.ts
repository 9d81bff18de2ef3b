import { hasPrivateMembers } from '../internal/inspector.ts';

/** Of each prototype, the class that gives its objects private state; '' if none does. */
const found = new WeakMap<object, string>();

/**
 * Names the class of an object whose `#private` fields would be lost on the way.
 *
 * Looked up once for each class.
 *
 * @returns The class's name, or `undefined` if the object keeps nothing private.
 */
export function privateStateOf(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype) return undefined;
  let name = found.get(prototype);
  if (name === undefined) {
    name = nameOfPrivate(value, prototype);
    found.set(prototype, name);
  }
  return name === '' ? undefined : name;
}

// A text without a private name has no private state. One that has may only mention it, in a string or a comment, or
// keep it in the class itself: the engine knows.
function nameOfPrivate(value: object, prototype: object): string {
  for (const text of classTexts(prototype)) {
    if (!/#[\p{ID_Start}$_\\]/u.test(text)) continue;
    const isPrivate = hasPrivateMembers(value) ?? /#[\w$]+\s*[=;(]|\.#[\w$]|#[\w$]+ in /.test(text);
    return isPrivate ? prototype.constructor.name || 'object' : '';
  }
  return '';
}

function* classTexts(prototype: object): Generator<string> {
  for (
    let at: object | null = prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const type: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof type !== 'function') continue;
    const text = Function.prototype.toString.call(type);
    if (/^class\b/.test(text)) yield text;
  }
}
