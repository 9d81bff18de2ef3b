import type { TargetReference } from '@weft/core/lowlevel';

/**
 * What a pool tells a worker: the kinds of its records. The comment says what follows the head. The frame's note is for
 * how long the worker looks for the next one, in microseconds.
 */
export const Order = {
  /** A function gets the record's index: its reference as JSON. */
  Define: 1,
  /** As many calls as the record's id says, each with one number: their ids, aligned; their numbers. */
  CallNumbers: 2,
  /** A call with one argument: the encoded argument. */
  Call: 3,
  /** A call with any number of arguments: the encoded array of them. */
  CallSpread: 4,
  /** A call for each number: the numbers. */
  MapNumbers: 5,
  /** A call for each item: the encoded array of items. */
  Map: 6,
  /** A call for each list of arguments: the encoded array of lists. */
  Starmap: 7,
  /** No more comes: end when everything is done. */
  Finish: 8,
  /** A box for results is lent: its name. */
  Lend: 9,
  /** A box for results may be used again: its name. */
  Back: 10,
  /** A running call is to end by itself: the reason, as what is thrown. */
  Interrupt: 11,
  /** There are hatches: where their memory is. */
  Hatch: 12,
} as const;

/** What a worker tells its pool. The frame's note is how long it has worked since the last frame, in microseconds. */
export const Reply = {
  /** The initializer has run. */
  Ready: 1,
  /** The initializer failed: its error. */
  NotReady: 2,
  /** As many results as the record's id says: the ids of their calls, aligned; the results. */
  Numbers: 3,
  /** A result: encoded. */
  Value: 4,
  /** The results of a map, all of them numbers. */
  MapNumbers: 5,
  /** What a call, or one of a map's, has thrown: encoded. */
  Thrown: 6,
  /** A call that was asked for with {@link WATCHED} begins. */
  Started: 7,
  /** A result in a box that was lent: its waybill as JSON. */
  Parcel: 8,
  /** The box of an argument may be used again: its name. */
  Released: 9,
  /** What a running call reports: encoded. */
  Progress: 10,
  /** The hatches cannot be used. */
  NoHatch: 11,
} as const;

/** Set in the kind of a call whose start is to be told. */
export const WATCHED = 0x40;

/** A call of one of those kinds whose values are bytes. */
export type CallKind = 3 | 4 | 6 | 7;

/** What a worker is started with. */
export interface WorkerOptions {
  initializer: TargetReference | undefined;
  /** Encoded. */
  initargs: Uint8Array;
  /** How many calls it makes at once; more than one helps only if they wait. */
  concurrency: number;
}

/** How a result that cannot cross is called in the error. */
export const RESULT_PATH = 'the result';

/** Set in the kind of a call whose arguments are in a box: its waybill follows, as JSON. */
export const BOXED = 0x80;
