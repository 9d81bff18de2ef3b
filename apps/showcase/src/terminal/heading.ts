import process from 'node:process';
import { styleText } from 'node:util';

/** Prints a heading with room above it. */
export function heading(text: string): void {
  console.log(`\n${styleText(['bold', 'underline'], text, { stream: process.stdout })}\n`);
}
