import { ContextVar, copyContext, currentTask } from '@weft/async';
import { type Target, type TargetReference, describeTarget } from '@weft/core/lowlevel';
import { findTarget } from './find-target.ts';

/** What travels behind the arguments of a call that takes the context along. */
export interface Luggage {
  reference: TargetReference;
  /** The values of the context variables, by their names. */
  context: Record<string, unknown>;
}

/** A call that takes the context along. Its own arguments come first, so that errors name their places. */
export interface CarriedCall {
  target: typeof callInContext;
  args: [...args: unknown[], luggage: Luggage];
}

/**
 * Makes a call take the current context variables along.
 *
 * @returns The call to make instead, or `undefined` where no variable is set.
 */
export function withContext(target: Target, args: readonly unknown[]): CarriedCall | undefined {
  const values = copyContext();
  if (values.size === 0) return undefined;
  const context = Object.fromEntries([...values].map(([variable, value]) => [variable.name, value]));
  return { target: callInContext, args: [...args, { reference: describeTarget(target), context }] };
}

/** Sets context variables by their names and calls a function: what the worker is asked to run. */
export async function callInContext(...call: [...args: unknown[], luggage: Luggage]): Promise<unknown> {
  const args = call.slice(0, -1);
  const { reference, context } = call.at(-1) as Luggage;
  const target = await findTarget(reference);
  const begin = (): unknown => {
    for (const [name, value] of Object.entries(context))
      for (const variable of ContextVar.named(name)) variable.set(value);
    return target(...args);
  };
  // A task was made for this call alone, and keeps the values through every await.
  return await (currentTask() === undefined ? copyContext().run(begin) : begin());
}
