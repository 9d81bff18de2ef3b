/**
 * The base of every error that this library throws for a reason of its own.
 *
 * Misuse (a wrong type, a value out of range) is a plain `TypeError` or `RangeError` instead.
 */
export abstract class ConcurrencyError extends Error {
  static {
    this.prototype.name = 'ConcurrencyError';
  }
  /** A stable identifier, safe to compare with. */
  abstract readonly code: string;
}

/**
 * Thrown when a wait outlives its `timeout`.
 *
 * @see https://docs.python.org/3/library/exceptions.html#TimeoutError
 */
export class TimeoutError extends ConcurrencyError {
  static {
    this.prototype.name = 'TimeoutError';
  }
  readonly code = 'ERR_TIMEOUT';

  /**
   * @param action What could not be done, as an infinitive: `acquire a permit`.
   * @param timeout The time allowed, in milliseconds. Left out, `action` is the whole message.
   */
  constructor(action: string, timeout?: number) {
    super(timeout === undefined ? action : `Cannot ${action} within ${timeout} ms`);
  }
}

/**
 * Thrown where a cancelled task or future is waited for, and inside a task that is being cancelled.
 *
 * @see https://docs.python.org/3/library/asyncio-exceptions.html#asyncio.CancelledError
 */
export class CancelledError extends ConcurrencyError {
  static {
    this.prototype.name = 'CancelledError';
  }
  readonly code = 'ERR_CANCELLED';
}

/**
 * Thrown when an operation does not fit the object's state: a lock released while it is free, a thread started twice.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.InvalidStateError
 */
export class InvalidStateError extends ConcurrencyError {
  static {
    this.prototype.name = 'InvalidStateError';
  }
  readonly code: string = 'ERR_INVALID_STATE';
}

/** Thrown when somebody other than its owner releases a lock, or waits on a condition without holding its lock. */
export class NotOwnerError extends InvalidStateError {
  static {
    this.prototype.name = 'NotOwnerError';
  }
  override readonly code = 'ERR_NOT_OWNER';
}

/**
 * Thrown by `getNowait` on an empty queue, and by `get` when its `timeout` passes.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.Empty
 */
export class QueueEmptyError extends ConcurrencyError {
  static {
    this.prototype.name = 'QueueEmptyError';
  }
  readonly code = 'ERR_QUEUE_EMPTY';

  constructor(message = 'Cannot get an item: the queue is empty') {
    super(message);
  }
}

/**
 * Thrown by `putNowait` on a full queue, and by `put` when its `timeout` passes.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.Full
 */
export class QueueFullError extends ConcurrencyError {
  static {
    this.prototype.name = 'QueueFullError';
  }
  readonly code = 'ERR_QUEUE_FULL';

  constructor(message = 'Cannot put an item: the queue is full') {
    super(message);
  }
}

/**
 * Thrown by `put` on a queue that was shut down, and by `get` once it is also empty.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.ShutDown
 */
export class QueueShutDownError extends ConcurrencyError {
  static {
    this.prototype.name = 'QueueShutDownError';
  }
  readonly code = 'ERR_QUEUE_SHUT_DOWN';

  constructor(message = 'Cannot use the queue: it was shut down') {
    super(message);
  }
}

/**
 * Thrown to those who wait at a barrier that is reset or breaks.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.BrokenBarrierError
 */
export class BrokenBarrierError extends ConcurrencyError {
  static {
    this.prototype.name = 'BrokenBarrierError';
  }
  readonly code = 'ERR_BROKEN_BARRIER';

  constructor(message = 'Cannot pass the barrier: it is broken') {
    super(message);
  }
}

/**
 * Thrown when an executor can no longer run anything, and by each future that it takes along.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.BrokenExecutor
 */
export class BrokenExecutorError extends ConcurrencyError {
  static {
    this.prototype.name = 'BrokenExecutorError';
  }
  readonly code: string = 'ERR_BROKEN_EXECUTOR';
}

/** Thrown when a worker thread of an executor died, or could not be initialised. */
export class BrokenThreadPoolError extends BrokenExecutorError {
  static {
    this.prototype.name = 'BrokenThreadPoolError';
  }
  override readonly code = 'ERR_BROKEN_THREAD_POOL';
}

/** Thrown when a worker process of an executor died, or could not be initialised. */
export class BrokenProcessPoolError extends BrokenExecutorError {
  static {
    this.prototype.name = 'BrokenProcessPoolError';
  }
  override readonly code = 'ERR_BROKEN_PROCESS_POOL';
}

/** Thrown when a value cannot cross to another thread or process; the message has the path to it. */
export class TransferError extends ConcurrencyError {
  static {
    this.prototype.name = 'TransferError';
  }
  readonly code = 'ERR_TRANSFER';
}

/** Thrown when a function cannot be found by the thread or process that should run it. */
export class TargetError extends ConcurrencyError {
  static {
    this.prototype.name = 'TargetError';
  }
  readonly code = 'ERR_TARGET';
}

/**
 * Thrown when a connection has nothing left to read and its other end is closed.
 *
 * @see https://docs.python.org/3/library/exceptions.html#EOFError
 */
export class EndOfStreamError extends ConcurrencyError {
  static {
    this.prototype.name = 'EndOfStreamError';
  }
  readonly code: string = 'ERR_END_OF_STREAM';

  constructor(message = 'Cannot receive: the other end is closed and nothing is left to read', options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Thrown when something is sent to an end that is closed.
 *
 * @see https://docs.python.org/3/library/exceptions.html#BrokenPipeError
 */
export class BrokenPipeError extends ConcurrencyError {
  static {
    this.prototype.name = 'BrokenPipeError';
  }
  readonly code = 'ERR_BROKEN_PIPE';

  constructor(message = 'Cannot send: the other end is closed', options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Thrown when the other end of a connection does not know the key.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.AuthenticationError
 */
export class AuthenticationError extends ConcurrencyError {
  static {
    this.prototype.name = 'AuthenticationError';
  }
  readonly code = 'ERR_AUTHENTICATION';
}

/**
 * Ends the thread or process that throws it, quietly, after its `finally` blocks.
 *
 * @see https://docs.python.org/3/library/exceptions.html#SystemExit
 */
export class SystemExit extends ConcurrencyError {
  static {
    this.prototype.name = 'SystemExit';
  }
  readonly code = 'ERR_SYSTEM_EXIT';
  /** The exit status: a number from 0 to 255. */
  readonly exitCode: number;

  /** @param exitCode The exit status, 0 if left out. */
  constructor(exitCode = 0) {
    super(`Exit with status ${exitCode}`);
    this.exitCode = exitCode;
  }
}
