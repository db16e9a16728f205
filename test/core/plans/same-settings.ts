import assert from 'node:assert/strict';
import type { Configuration } from '../../../src/core/model.ts';

/** Values, devices and boot order are the same, identifiers too. */
export const sameSettings = (actual: Configuration, expected: Configuration): void => {
  assert.deepEqual(actual.id, expected.id);
  assert.deepEqual(actual.values, expected.values);
  assert.deepEqual(actual.devices, expected.devices);
  assert.deepEqual(actual.bootSources, expected.bootSources);
};
