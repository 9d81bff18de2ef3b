/**
 * The method with which an object says what state it crosses with.
 *
 * The class must be exported by its module and have a static `[fromWire]`; the other side finds it as targets are
 * found. What the method returns crosses as any value does, so it may hold buffers, shared buffers and other such
 * objects.
 */
export const toWire: unique symbol = Symbol.for('weft.toWire') as never;

/** The static method that makes the object again on the other side, from what `[toWire]` returned. */
export const fromWire: unique symbol = Symbol.for('weft.fromWire') as never;

/** An object that knows how to cross. */
export interface Wirable {
  /** @param medium Where it goes: to another thread of this process, or to another process. */
  [toWire](medium: Medium): unknown;
}

/** A class whose objects know how to cross. */
export interface WirableClass<T = unknown> {
  new (...args: never[]): T;
  [fromWire](state: never, medium: Medium): T;
}

/** What a value crosses: the border between two threads, or between two processes. */
export type Medium = 'thread' | 'process';
