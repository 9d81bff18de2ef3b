import { type Kind, MAX_DENSE, kindOf } from './scan.ts';

/** The parts of a value that the codec looks into, each with the step to it, without asking any [toWire]. */
export function* partsOf(value: object, kind: Kind = kindOf(value)): Generator<[step: string | number, part: unknown]> {
  switch (kind) {
    case 'array':
      // A long one may be mostly holes.
      if ((value as unknown[]).length > MAX_DENSE)
        for (const key of Object.keys(value)) yield [Number(key), value[key as never]];
      else yield* (value as unknown[]).entries();
      break;
    case 'record':
    case 'error':
      for (const key of Object.getOwnPropertyNames(value)) yield [key, value[key as never]];
      break;
    case 'map':
      for (const [key, part] of value as Map<unknown, unknown>) {
        const step = typeof key === 'string' || typeof key === 'number' ? key : typeof key;
        yield [step, key];
        yield [step, part];
      }
      break;
    case 'set':
      for (const [at, part] of [...(value as Set<unknown>)].entries()) yield [at, part];
      break;
    default:
  }
}
