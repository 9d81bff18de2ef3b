import { execa } from 'execa';

const library = import.meta.resolve('@weft/async');

/** How a program ended. */
export interface ProgramEnd {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of its own that uses the library as `asyncio`.
 *
 * @param source The lines after the import.
 * @param interruptAt Sends SIGINT whenever the program prints this line.
 */
export async function runProgram(
  source: string,
  { interruptAt = '', flags = [] as string[] } = {},
): Promise<ProgramEnd> {
  const text = `import * as asyncio from ${JSON.stringify(library)};\n${source}`;
  const program = execa(process.execPath, [...flags, '--input-type=module', '-e', text], {
    reject: false,
    timeout: 20_000,
    env: { NODE_OPTIONS: '' },
  });
  program.stdout.on('data', (chunk) => {
    if (interruptAt !== '' && String(chunk).includes(interruptAt)) program.kill('SIGINT');
  });
  const { exitCode, stdout, stderr } = await program;
  return { exitCode, stdout, stderr };
}
