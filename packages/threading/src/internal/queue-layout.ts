/** Words of a queue's memory; the latch is where a gate has it. */
export const Word = {
  Count: 0,
  /** Items promised to getters that have been woken. */
  Promised: 1,
  Maxsize: 2,
  Unfinished: 3,
  Shut: 4,
  /** Places promised to putters that have been woken. */
  Room: 5,
  /** The number of deaths at which the lines were last looked through. */
  Seen: 6,
  Table: 7,
  Capacity: 8,
  First: 9,
  /** How many entries of the journal are to be carried out, and what the counts are then. */
  Journal: 10,
  NextCount: 11,
  NextUnfinished: 12,
  /** What subscribers of `weft:queue` know the queue by, in all threads; 0 until somebody listens. */
  Id: 13,
  Latch: 16,
  Getters: 17,
  Putters: 19,
  Joiners: 21,
  Arena: 32,
  JournalEntries: 96,
} as const;

/** The size of a queue's memory, in words. Its items are in an arena beside it. */
export const QUEUE_WORDS = 192;
