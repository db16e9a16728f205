import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatWwpn, isWwpn, parseWwpn, takeWwpns } from '../../src/core/host/world-wide-names.ts';

describe('world wide port names (management-service §2, GenerateWwpn)', () => {
  const range = { minimum: 0x10n, maximum: 0x12n, current: null };

  test('names follow each other from the minimum on', () => {
    assert.deepEqual(takeWwpns(range, 2), { names: ['0000000000000010', '0000000000000011'], current: 0x11n });
    assert.deepEqual(takeWwpns({ ...range, current: 0x11n }, 1).names, ['0000000000000012']);
  });

  test('after exhaustion 0000000000000000, and the current name stays', () => {
    assert.deepEqual(takeWwpns({ ...range, current: 0x11n }, 3), {
      names: ['0000000000000012', '0000000000000000', '0000000000000000'],
      current: 0x12n,
    });
  });

  test('a minimum moved above the current name is where it goes on', () => {
    assert.deepEqual(takeWwpns({ minimum: 0x20n, maximum: 0x21n, current: 0x11n }, 1).names, ['0000000000000020']);
  });

  test('16 hex digits, upper case on the way out', () => {
    assert.equal(formatWwpn(parseWwpn('c003ff0000ffff00')), 'C003FF0000FFFF00');
    for (const text of ['', 'C003FF0000FFFF0', 'C003FF0000FFFF000', 'C003FF0000FFFF0G', '0xC003FF0000FFFF'])
      assert.equal(isWwpn(text), false, text);
  });
});
