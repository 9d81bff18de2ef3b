import { ContextVar, copyContext } from '@weft/async';
import { type Target, type TargetReference, describeTarget, loadTarget } from '@weft/core/lowlevel';

/** A call that takes the context along. */
export interface CarriedCall {
  target: typeof callInContext;
  args: [reference: TargetReference, args: unknown[], values: [name: string, value: unknown][]];
}

/**
 * Makes a call take the current context variables along.
 *
 * @returns The call to make instead, or `undefined` where no variable is set.
 */
export function withContext(target: Target, args: unknown[]): CarriedCall | undefined {
  const context = copyContext();
  if (context.size === 0) return undefined;
  const values = [...context].map(([variable, value]): [string, unknown] => [variable.name, value]);
  return { target: callInContext, args: [describeTarget(target), args, values] };
}

/** Sets context variables by their names and calls a function: what the worker is asked to run. */
export async function callInContext(
  reference: TargetReference,
  args: unknown[],
  values: [name: string, value: unknown][],
): Promise<unknown> {
  const target = (await loadTarget(reference)) as Target;
  const context = copyContext();
  return await context.run(() => {
    for (const [name, value] of values) for (const variable of ContextVar.named(name)) variable.set(value);
    return target(...args);
  });
}
