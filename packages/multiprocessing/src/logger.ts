import { inspect } from 'node:util';
import { printNow } from './internal/output.ts';
import { ownProcess } from './internal/own-process.ts';

/** The weights of messages, as in Python's logging. */
export const LogLevel = {
  NotSet: 0,
  SubDebug: 5,
  Debug: 10,
  SubWarning: 25,
  Info: 20,
  Warning: 30,
  Error: 40,
} as const;

const NAMES: Record<number, string> = {
  5: 'SUBDEBUG',
  10: 'DEBUG',
  20: 'INFO',
  25: 'SUBWARNING',
  30: 'WARNING',
  40: 'ERROR',
};
const VARIABLE = 'WEFT_MULTIPROCESSING_LOG';
const STDERR = 2;

/**
 * Says on standard error what this process has to tell, with its name before it. Children inherit the level.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#logging
 * @example
 * const logger = getLogger();
 * logger.level = LogLevel.Warning;
 * logger.info('too light to be printed');
 */
export class Logger {
  /** The least weight that is printed; 0 prints nothing. */
  get level(): number {
    return Number(process.env[VARIABLE] ?? LogLevel.NotSet);
  }

  set level(level: number) {
    if (!Number.isInteger(level) || level < 0)
      throw new RangeError(`Cannot use level = ${level}: it must be a whole number of 0 or more`);
    process.env[VARIABLE] = String(level);
  }

  debug(message: string): void {
    this.log(LogLevel.Debug, message);
  }

  info(message: string): void {
    this.log(LogLevel.Info, message);
  }

  warning(message: string): void {
    this.log(LogLevel.Warning, message);
  }

  error(message: string): void {
    this.log(LogLevel.Error, message);
  }

  /** Prints a message of some weight. */
  log(level: number, message: string): void {
    if (this.level === LogLevel.NotSet || level < this.level) return;
    printNow(STDERR, `[${NAMES[level] ?? level}/${ownProcess().name}] ${message}\n`);
  }

  [inspect.custom](): string {
    const { level } = this;
    return `Logger { ${level === LogLevel.NotSet ? 'silent' : `from ${NAMES[level] ?? level} on`} }`;
  }
}

const logger = new Logger();

/**
 * The logger of this process.
 *
 * @returns The one logger of this process.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.get_logger
 * @example
 * getLogger().warning('about to start a child');
 */
export function getLogger(): Logger {
  return logger;
}

/**
 * Has the logger print.
 *
 * @param level The least weight that is printed; left out, the level stays, or becomes that of warnings.
 * @returns The logger.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.log_to_stderr
 * @example
 * logToStderr(LogLevel.Warning);
 */
export function logToStderr(level?: number): Logger {
  if (level !== undefined) logger.level = level;
  else if (logger.level === LogLevel.NotSet) logger.level = LogLevel.Warning;
  return logger;
}
