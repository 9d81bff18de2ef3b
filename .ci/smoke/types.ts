// Compiled, never run: the packed declarations have to stand on their own in a strict project.
import { type ConcurrencyError, TimeoutError } from '@weft/core';

export const failure: ConcurrencyError = new TimeoutError('smoke', 1);
