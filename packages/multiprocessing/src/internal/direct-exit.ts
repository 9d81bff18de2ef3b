import { loadBinary } from './libc.ts';

/** What Node writes when it exits, which would be lost. */
const OBSERVED = /--(cpu-prof|heap-prof|prof|trace-event)/;

/** What `process.exit` calls when JavaScript has done everything; Node leaves it open to be replaced. */
interface Exiting {
  reallyExit(code?: number | string): void;
}

/**
 * Has `process.exit` end this process by the C library's `_exit`, as Python's children end.
 *
 * Node's own way waits for V8's compilers, and for ever if one of them waits for this thread to collect garbage. It stays
 * where the library cannot be called, and where something is to be written about the run.
 *
 * @see https://docs.python.org/3/library/os.html#os._exit
 */
export function exitDirectly(): void {
  const { NODE_V8_COVERAGE: coverage, NODE_OPTIONS: flags = '' } = process.env;
  if (coverage !== undefined || OBSERVED.test([...process.execArgv, flags].join(' '))) return;
  const exiting = process as unknown as Exiting;
  const nodes = exiting.reallyExit;
  exiting.reallyExit = (code) => {
    try {
      loadBinary()?.load(null).func('void _exit(int status)')(Number(code ?? 0));
    } finally {
      nodes.call(process, code);
    }
  };
}
