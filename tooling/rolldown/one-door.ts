import type { Plugin } from 'rolldown';

/**
 * Takes everything of core through its door for Weft's own packages, which has all that the public one has: then that is
 * one file to find and load, not two.
 */
export function oneDoor(): Plugin {
  return {
    name: 'one-door',
    renderChunk: (code) => ({
      code: code.replaceAll(/^(?<clause>(import|export) .*from )"@weft\/core";$/gm, '$<clause>"@weft/core/lowlevel";'),
      map: null,
    }),
  };
}
