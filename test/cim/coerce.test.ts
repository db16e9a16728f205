import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coerceText, coerceValue } from '../../src/cim/coerce/coerce-value.ts';
import { CimError } from '../../src/cim/errors.ts';
import { ObjectPath } from '../../src/cim/object-path.ts';
import type { CimType, CimValue } from '../../src/cim/values.ts';

const mismatch = (subject: string | null) => (e: unknown) =>
  e instanceof CimError && e.code === 'typeMismatch' && e.subject === subject;

describe('typed values from text', () => {
  const good: readonly (readonly [CimType, string, CimValue])[] = [
    ['uint8', '255', 255],
    ['uint8', ' 0x1F ', 31],
    ['sint8', '-128', -128],
    ['uint16', '+7', 7],
    ['uint32', '4294967295', 4294967295],
    ['sint32', '-0x10', -16],
    ['uint64', '18446744073709551615', 18446744073709551615n],
    ['uint64', '0', 0n],
    ['sint64', '-9223372036854775808', -9223372036854775808n],
    ['real32', '1.5', 1.5],
    ['real64', '-2e3', -2000],
    ['boolean', 'True', true],
    ['boolean', 'FALSE', false],
    ['boolean', '1', true],
    ['boolean', '0', false],
    ['string', '  as it is ', '  as it is '],
    ['char16', 'A', 'A'],
    ['char16', '65', 'A'],
    ['datetime', '2014-04-03T14:45:50Z', '20140403144550.000000+000'],
    ['datetime', '00000000000140.000000:000', '00000000000140.000000:000'],
  ];
  for (const [type, text, value] of good)
    test(`${type} ${JSON.stringify(text)}`, () => assert.equal(coerceText(type, text), value));

  const bad: readonly (readonly [CimType, string])[] = [
    ['uint8', '256'],
    ['uint8', '-1'],
    ['sint8', '128'],
    ['uint16', '1.5'],
    ['uint16', ''],
    ['uint32', '0x'],
    ['uint64', '18446744073709551616'],
    ['sint64', '-9223372036854775809'],
    ['uint64', '9'.repeat(1000)],
    ['real32', '1e39'],
    ['real64', 'x'],
    ['boolean', 'yes'],
    ['boolean', '2'],
    ['char16', 'AB'],
    ['datetime', 'now'],
    ['reference', 'not a path'],
    ['object', 'x'],
  ];
  for (const [type, text] of bad) {
    test(`not ${type}: ${JSON.stringify(text.slice(0, 30))}`, () =>
      assert.throws(() => coerceText(type, text, 'P'), mismatch('P')));
  }

  test('a reference is its path', () => {
    const value = coerceText('reference', 'A.B="1"');
    assert.ok(value instanceof ObjectPath && value.key('B') === '1');
  });
});

describe('loosely typed values', () => {
  const as = (type: CimType, array: boolean, value: CimValue): CimValue =>
    coerceValue({ type, array, name: 'P' }, value);
  test("'True' for a boolean, numbers and their text for each other, 64 bits as bigint", () => {
    assert.equal(as('boolean', false, 'True'), true);
    assert.equal(as('uint16', false, '2048'), 2048);
    assert.equal(as('string', false, 5), '5');
    assert.equal(as('string', false, true), 'TRUE');
    assert.equal(as('uint64', false, 5), 5n);
    assert.equal(as('uint16', false, 5n), 5);
    assert.equal(as('boolean', false, 1), true);
  });
  test('one value for a list and a list of one for a value', () => {
    assert.deepEqual(as('string', true, 'x'), ['x']);
    assert.equal(as('string', false, ['x']), 'x');
    assert.deepEqual(as('uint8', true, ['1', null, 3]), [1, null, 3]);
    assert.deepEqual(as('uint8', true, []), []);
    assert.equal(as('uint8', true, null), null);
    assert.throws(() => as('string', false, ['x', 'y']), mismatch('P'));
    assert.throws(() => as('string', false, []), mismatch('P'));
  });
  test('what fits nothing is refused with its name', () => {
    assert.throws(() => as('uint8', true, [1, 256]), mismatch('P'));
    assert.throws(() => as('uint16', false, 1.5), mismatch('P'));
    assert.throws(() => as('string', false, new ObjectPath(null, null, 'A', null)), mismatch('P'));
    assert.throws(() => as('datetime', false, 5), mismatch('P'));
  });
});
