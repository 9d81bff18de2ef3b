/**
 * The base of every error that this library throws for a reason of its own.
 *
 * Misuse (a wrong type, a value out of range) is a plain `TypeError` or `RangeError` instead.
 *
 * @example
 * try {
 *   new Lock().release();
 * } catch (error) {
 *   if (!(error instanceof ConcurrencyError)) throw error;
 *   console.log(error.code); // 'ERR_INVALID_STATE': the lock is free
 * }
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
 * @example
 * using held = await lock.acquire();
 * const error = await lock.acquire({ timeout: 10 }).catch((reason) => reason);
 * console.log(error instanceof TimeoutError, error.message); // true 'Cannot acquire the lock within 10 ms'
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
 * @example
 * const future = new Future<number>();
 * future.cancel();
 * await future.result().catch((error) => console.log(error instanceof CancelledError)); // true
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
 * @example
 * const future = new Future<number>();
 * future.setResult(1);
 * try {
 *   future.setResult(2);
 * } catch (error) {
 *   if (!(error instanceof InvalidStateError)) throw error;
 * }
 */
export class InvalidStateError extends ConcurrencyError {
  static {
    this.prototype.name = 'InvalidStateError';
  }
  readonly code: string = 'ERR_INVALID_STATE';
}

/**
 * Thrown when somebody other than its owner releases a lock, or waits on a condition without holding its lock.
 *
 * @example
 * try {
 *   new Condition().notify();
 * } catch (error) {
 *   if (!(error instanceof NotOwnerError)) throw error;
 * }
 */
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
 * @example
 * try {
 *   new Queue<string>().getNowait();
 * } catch (error) {
 *   if (!(error instanceof QueueEmptyError)) throw error;
 * }
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
 * @example
 * const queue = new Queue<string>(1);
 * queue.putNowait('first');
 * try {
 *   queue.putNowait('second');
 * } catch (error) {
 *   if (!(error instanceof QueueFullError)) throw error;
 * }
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
 * @example
 * const queue = new Queue<string>();
 * queue.shutdown();
 * await queue.put('late').catch((error) => console.log(error instanceof QueueShutDownError)); // true
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
 * @example
 * const barrier = new Barrier(2);
 * await barrier.wait({ timeout: 10 }).catch((error) => console.log(error instanceof BrokenBarrierError)); // true
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
 * @example
 * const error = await pool.submit(endThread).exception();
 * console.log(error instanceof BrokenExecutorError); // true: the thread ended in the middle of the call
 */
export class BrokenExecutorError extends ConcurrencyError {
  static {
    this.prototype.name = 'BrokenExecutorError';
  }
  readonly code: string = 'ERR_BROKEN_EXECUTOR';
}

/**
 * Thrown when a worker thread of an executor died, or could not be initialised.
 *
 * @example
 * const error = await pool.submit(endThread).exception();
 * console.log(error instanceof BrokenThreadPoolError); // true
 */
export class BrokenThreadPoolError extends BrokenExecutorError {
  static {
    this.prototype.name = 'BrokenThreadPoolError';
  }
  override readonly code = 'ERR_BROKEN_THREAD_POOL';
}

/**
 * Thrown when a worker process of an executor died, or could not be initialised.
 *
 * @example
 * await using processes = new ProcessPoolExecutor({ maxWorkers: 1 });
 * const error = await processes.submit(endThread).exception();
 * console.log(error instanceof BrokenProcessPoolError); // true
 */
export class BrokenProcessPoolError extends BrokenExecutorError {
  static {
    this.prototype.name = 'BrokenProcessPoolError';
  }
  override readonly code = 'ERR_BROKEN_PROCESS_POOL';
}

/**
 * Thrown when a value cannot cross to another thread or process; the message has the path to it.
 *
 * @example
 * try {
 *   pool.submit(inspect, { onDone: () => {} });
 * } catch (error) {
 *   if (!(error instanceof TransferError)) throw error;
 *   console.log(error.message); // 'Cannot send args[0].onDone: args[0].onDone is a function …'
 * }
 */
export class TransferError extends ConcurrencyError {
  static {
    this.prototype.name = 'TransferError';
  }
  readonly code = 'ERR_TRANSFER';
}

/**
 * Thrown when a function cannot be found by the thread or process that should run it.
 *
 * @example
 * try {
 *   pool.submit(() => 1);
 * } catch (error) {
 *   if (!(error instanceof TargetError)) throw error;
 * }
 */
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
 * @example
 * const [reader, writer] = Pipe({ duplex: false });
 * writer.close();
 * await reader.recv().catch((error) => console.log(error instanceof EndOfStreamError)); // true
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
 * @example
 * const [reader, writer] = Pipe({ duplex: false });
 * reader.close();
 * await writer.send('late').catch((error) => console.log(error instanceof BrokenPipeError)); // true
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
 * @example
 * await using listener = new Listener(['127.0.0.1', 0], { authkey: 'secret' });
 * const address = await listener.ready();
 * listener.accept().catch(() => {}); // fails, too
 * await connect(address, { authkey: 'wrong' }).catch((error) => console.log(error instanceof AuthenticationError)); // true
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
 * @example
 * const error = await pool.submit(leave, 3).exception();
 * console.log(error instanceof SystemExit && error.exitCode); // 3
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
