import assert from 'node:assert/strict';
import { ConcurrencyError, TimeoutError } from '@weft/core';

export async function run() {
  const error = new TimeoutError('acquire a permit', 5);
  assert.ok(error instanceof ConcurrencyError);
  assert.equal(error.code, 'ERR_TIMEOUT');
}
