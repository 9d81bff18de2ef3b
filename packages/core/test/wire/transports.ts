import { decodeBytes, encodeBytes, pack, unpack } from '@weft/core/lowlevel';

/** The two ways a value goes: cloned between threads, as bytes between processes. */
export const transports: [string, (value: unknown) => unknown][] = [
  [
    'threads',
    (value) => {
      const { body, transfer } = pack(value, 'thread', 'value');
      return unpack(structuredClone(body, { transfer: transfer as ArrayBuffer[] }), 'thread');
    },
  ],
  [
    'processes',
    (value) => decodeBytes(encodeBytes(value, { medium: 'process', path: 'value' }), { medium: 'process' }),
  ],
];
