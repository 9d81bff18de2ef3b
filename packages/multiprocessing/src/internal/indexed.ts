/** Something whose elements are reached by number. */
export interface Indexed {
  /** The element, or nothing past the end. */
  elementAt(index: number): unknown;
  /** Sets an element; throws past the end. */
  setElement(index: number, value: unknown): void;
}

const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Makes `object[0]` work for all objects of a class, without any cost for its methods: only names that neither the
 * object nor its class has get here.
 */
export function indexByNumber(type: { prototype: Indexed }): void {
  const parent: object = Object.getPrototypeOf(type.prototype) as object;
  const fallback = new Proxy(Object.create(parent) as object, {
    get(target, key, receiver: Indexed) {
      return isIndex(key) ? receiver.elementAt(Number(key)) : (Reflect.get(target, key, receiver) as unknown);
    },
    set(target, key, value, receiver: Indexed) {
      if (!isNumber(key)) return Reflect.set(target, key, value, receiver);
      receiver.setElement(Number(key), value);
      return true;
    },
    has: (target, key) => isIndex(key) || Reflect.has(target, key),
  });
  Object.setPrototypeOf(type.prototype, fallback);
}

/** Whether it is written as numbers are: what is no index is refused then, and not kept as a property of another name. */
function isNumber(key: string | symbol): key is string {
  return typeof key === 'string' && String(Number(key)) === key;
}

function isIndex(key: string | symbol): boolean {
  return typeof key === 'string' && INDEX.test(key);
}
