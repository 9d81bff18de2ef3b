/** A program of the tutorial: what it prints, it prints on standard output. */
interface Example {
  program(): Promise<void>;
}

/** The tutorial's examples, in its order. */
export const examples = {
  threading: () => import('./threading.ts'),
  multiprocessing: () => import('./multiprocessing.ts'),
  asyncio: () => import('./asyncio.ts'),
  combined: () => import('./combined.ts'),
} satisfies Record<string, () => Promise<Example>>;

/** The name of one of the tutorial's examples. */
export type ExampleName = keyof typeof examples;

/** Their names, in the tutorial's order. */
export const exampleNames = Object.keys(examples) as ExampleName[];

/** Says whether a word names an example. */
export function isExampleName(word: string): word is ExampleName {
  return Object.hasOwn(examples, word);
}
