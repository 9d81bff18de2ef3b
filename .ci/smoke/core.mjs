import assert from 'node:assert/strict';
import { ConcurrencyError, TimeoutError, isMain } from '@weft/core';

const error = new TimeoutError('acquire a permit', 5);
assert.ok(error instanceof ConcurrencyError);
assert.equal(error.code, 'ERR_TIMEOUT');
assert.equal(isMain(import.meta), true);
