import { inspect } from 'node:util';

/** Says whether an error is meant: a class, several classes, or a predicate. */
export type ErrorCondition =
  | (new (...args: never[]) => unknown)
  | readonly (new (...args: never[]) => unknown)[]
  | ((error: unknown) => boolean);

/**
 * Holds the errors of several children that failed together.
 *
 * @see https://docs.python.org/3/library/exceptions.html#ExceptionGroup
 * @example
 * const group = new TaskGroupError([new TypeError('a'), new RangeError('b')], 'two failed');
 * const [types, rest] = group.split(TypeError);
 * console.log(types?.errors.length, rest?.errors.length); // 1 1
 */
export class TaskGroupError extends AggregateError {
  static {
    this.prototype.name = 'TaskGroupError';
  }
  readonly code = 'ERR_TASK_GROUP';

  /**
   * Keeps the errors that meet `condition`, in their nesting.
   *
   * @param condition A class, an array of classes, or a predicate.
   * @returns A group of the same message, or `undefined` if nothing matched.
   */
  subgroup(condition: ErrorCondition): TaskGroupError | undefined {
    return this.split(condition)[0];
  }

  /**
   * Divides the group into the errors that meet `condition` and the rest, both in their nesting.
   *
   * @param condition A class, an array of classes, or a predicate. It is also asked about whole groups.
   * @returns The matching part and the rest; an empty part is `undefined`.
   * @throws {TypeError} If it is none of these.
   */
  split(condition: ErrorCondition): [matched: TaskGroupError | undefined, rest: TaskGroupError | undefined] {
    const matches = asPredicate(condition);
    if (matches(this)) return [this, undefined];
    const matched: unknown[] = [];
    const rest: unknown[] = [];
    for (const error of this.errors) {
      if (error instanceof TaskGroupError) {
        const [inside, outside] = error.split(condition);
        if (inside) matched.push(inside);
        if (outside) rest.push(outside);
      } else if (matches(error)) matched.push(error);
      else rest.push(error);
    }
    return [this.#derive(matched), this.#derive(rest)];
  }

  #derive(errors: unknown[]): TaskGroupError | undefined {
    if (errors.length === 0) return undefined;
    const group = new TaskGroupError(errors, this.message, { cause: this.cause });
    if (this.stack !== undefined) group.stack = this.stack;
    return group;
  }
}

function asPredicate(condition: ErrorCondition): (error: unknown) => boolean {
  if (Array.isArray(condition) && condition.every(isClass))
    return (error) => condition.some((type) => error instanceof type);
  if (isClass(condition)) return (error) => error instanceof condition;
  if (typeof condition !== 'function')
    throw new TypeError(`Cannot look for ${inspect(condition)} in a group: it must be a class, classes or a predicate`);
  return condition as (error: unknown) => boolean;
}

function isClass(value: unknown): value is new (...args: never[]) => unknown {
  if (typeof value !== 'function') return false;
  const { prototype } = value as { prototype?: unknown };
  return value === Error || prototype instanceof Error || /^class\b/.test(Function.prototype.toString.call(value));
}
