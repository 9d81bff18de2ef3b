import { FileGate } from '@weft/testkit';

/** Makes a gate that is removed at the end of the row. */
export type MakeGate = () => FileGate;

/** A row that has gates for other threads and processes; they are open when it has ended, whatever happened. */
export function gated(body: (makeGate: MakeGate) => unknown): () => Promise<void> {
  return async () => {
    const gates: FileGate[] = [];
    try {
      await body(() => {
        const gate = new FileGate();
        gates.push(gate);
        return gate;
      });
    } finally {
      // A row that fails must not leave others waiting; they may still look for the files for a moment.
      for (const gate of gates) gate.open();
      for (const gate of gates) gate[Symbol.dispose]();
    }
  };
}
