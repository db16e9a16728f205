import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parityTable } from './parity-table.ts';

test('docs/parity.md is current: script/parity writes it', async () => {
  const held = readFileSync(join(import.meta.dirname, '../../docs/parity.md'), 'utf8');
  const wanted = await parityTable();
  // Line by line, so that the difference is told and not two long texts.
  assert.deepEqual(held.split('\n'), wanted.split('\n'));
});
