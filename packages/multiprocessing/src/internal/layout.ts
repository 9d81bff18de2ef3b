/**
 * Where everything is in a cell, counted in 32-bit words. The README beside this file has the picture.
 */

/** What tells a cell from any other memory, and the version of this layout. */
export const MAGIC = 0x57454601;
export const AT_MAGIC = 0;
/** Which kind of primitive it is: an index into the kinds' table. */
export const AT_KIND = 1;
/** How often a handle was sent, and how often one arrived. */
export const AT_EXPORTS = 2;
export const AT_IMPORTS = 3;
/** The agent that made the cell. */
export const AT_CREATOR_ID = 4;
export const AT_CREATOR_START = 5;
/** 0, or 1 + the member that is changing the cell, with {@link LATCH_AWAITED}. */
export const AT_LATCH = 16;
/** How many entries of the journal count. */
export const AT_JOURNAL_COUNT = 17;
/** The state of the primitive itself. */
export const AT_STATE = 32;
export const AT_NEXT_TICKET = 64;
/** One past the last slot in use. */
export const AT_SLOTS_USED = 65;

export const LATCH_AWAITED = 1 << 30;

/** A member: an agent that has the cell open. Its first two words are written in one step. */
export const MEMBERS = 96;
export const AT_MEMBERS = 80;
export const MEMBER_WORDS = 4;
export const MEMBER_ID = 0;
export const MEMBER_START = 1;
/** How many permits it holds, of a semaphore; what it is making, of a queue. */
export const MEMBER_HELD = 2;
export const MEMBER_BUSY = 3;
/** In place of the start of a member that died: what it had was taken back. */
export const BURIED = -1;

/** A slot: one wait. */
export const SLOTS = 96;
export const AT_SLOTS = AT_MEMBERS + MEMBERS * MEMBER_WORDS;
export const SLOT_WORDS = 5;
export const SLOT_STATE = 0;
/** The member, the line it stands in, and whether its thread sleeps. */
export const SLOT_OWNER = 1;
export const SLOT_TICKET = 2;
export const SLOT_VALUE = 3;
/** By what the member finds the wait when its doorbell rings; 0 if it sleeps on the slot's state. */
export const SLOT_WAKE = 4;

export const FREE = 0;
export const WAITING = 1;
export const GRANTED = 2;

export const AT_JOURNAL = AT_SLOTS + SLOTS * SLOT_WORDS;
/** Entries of two words: which word was changed, and what it was before. */
export const JOURNAL_ENTRIES = 550;

/** The size of a cell in bytes; what a kind needs besides follows it. */
export const CELL_BYTES = 8192;
