import type { Plugin } from 'rolldown';

/**
 * Writes every letter beyond ASCII as an escape. For one that does not fit, V8 would keep the whole file in two bytes each,
 * in every thread, and read it more slowly.
 */
export function ascii(): Plugin {
  return {
    name: 'ascii',
    renderChunk: (code) => ({
      // In the same line, so that the source map stays right.
      code: code.replaceAll(/[^\0-\u007F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
      map: null,
    }),
  };
}
