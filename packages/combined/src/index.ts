export { type Target, type Wirable, fromWire, isMain, task, toWire, transfer } from '@weft/core';
export * as threading from '@weft/threading';
export * as multiprocessing from '@weft/multiprocessing';
export * as asyncio from '@weft/async';
export * as futures from './futures.ts';
