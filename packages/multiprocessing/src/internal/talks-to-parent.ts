import type { Target } from '@weft/core';

/** The targets that read the socket to the parent themselves. */
export const talksToParent = new WeakSet<Target>();
