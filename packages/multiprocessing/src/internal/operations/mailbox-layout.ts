import { AT_STATE } from '../layout.ts';

/** How many messages there are. */
export const AT_COUNT = AT_STATE;
/** How many messages fit; 0 for any number. */
export const AT_MAX = AT_STATE + 1;
/** How many messages, and places, are promised to waits that have not collected them. */
export const AT_PROMISED = AT_STATE + 2;
export const AT_PLACES_PROMISED = AT_STATE + 3;
export const AT_UNFINISHED = AT_STATE + 4;
export const AT_SHUT = AT_STATE + 5;
/** How many bytes there are, may be, and are promised to writers; for pipes. */
export const AT_BYTES = AT_STATE + 6;
export const AT_MAX_BYTES = AT_STATE + 7;
export const AT_BYTES_PROMISED = AT_STATE + 8;
/** How many ends for reading and for writing are open, and on their way to another process since when (in seconds). */
export const AT_READERS = AT_STATE + 9;
export const AT_WRITERS = AT_STATE + 10;
export const AT_READERS_SENT = AT_STATE + 11;
export const AT_WRITERS_SENT = AT_STATE + 12;
export const AT_SENT_TIME = AT_STATE + 13;

/** How an operation or a wait ends. */
export const DONE = 0;
export const SHUT_DOWN = 1;
/** The other end is closed everywhere. */
export const END = 2;

/** The lines of those who wait. */
export const GETTERS = 0;
export const PUTTERS = 1;
export const JOINERS = 2;
export const POLLERS = 3;
