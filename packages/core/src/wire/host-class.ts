const known = new WeakMap<object, boolean>();

/** How structured clone takes an object of a class of Node's own: as itself, as a plain object, or not at all. */
export type HostCloning = 'whole' | 'plain' | { refusal: string };

/**
 * Says how an object of the platform's own classes (a Blob, a port, a key) crosses between threads.
 *
 * @returns `undefined` if its class is not the platform's.
 */
export function hostCloning(value: object): HostCloning | undefined {
  const prototype = Object.getPrototypeOf(value) as object;
  if (!isHost(prototype)) return undefined;
  let copy: object;
  try {
    copy = structuredClone(value);
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
  if (Object.getPrototypeOf(copy) !== Object.prototype) return 'whole';
  return Object.keys(value).length === 0 ? { refusal: 'nothing of it would arrive' } : 'plain';
}

function isHost(prototype: object): boolean {
  let host = known.get(prototype);
  if (host === undefined) {
    host = false;
    for (let at: object | null = prototype; at !== null && at !== Object.prototype && !host;) {
      host = isHostConstructor(Object.getOwnPropertyDescriptor(at, 'constructor')?.value) || hasMessagingMethod(at);
      at = Object.getPrototypeOf(at) as object | null;
    }
    known.set(prototype, host);
  }
  return host;
}

function isHostConstructor(type: unknown): boolean {
  if (typeof type !== 'function') return false;
  if ((globalThis as Record<string, unknown>)[type.name] === type) return true;
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(type));
}

// Node marks the classes that it clones or transfers itself with methods of such names.
function hasMessagingMethod(prototype: object): boolean {
  return Object.getOwnPropertySymbols(prototype).some(({ description }) => description?.startsWith('messaging_'));
}
