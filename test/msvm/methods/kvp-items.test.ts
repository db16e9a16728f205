import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DomainError } from '../../../src/core/errors.ts';
import { changedItems, checkKvpItem, type KvpItem } from '../../../src/msvm/v2/methods/kvp-items.ts';

const item = (name: string, data = '', source: 0 | 4 = 0): KvpItem => ({ name, data, source });
const refused = { name: 'DomainError', code: 'invalidParameter' };

describe('key-value pairs (management-service §2, KVP)', () => {
  test('a key holds 254 characters, its data 1022', () => {
    assert.deepEqual(checkKvpItem('add', 'k'.repeat(254), 'd'.repeat(1022), 0).data.length, 1022);
    assert.throws(() => checkKvpItem('add', 'k'.repeat(255), '', 0), refused);
    assert.throws(() => checkKvpItem('modify', 'k', 'd'.repeat(1023), 0), refused);
  });

  test('only Name is looked at by a removal', () => {
    assert.deepEqual(checkKvpItem('remove', 'k', 'd'.repeat(5000), null).name, 'k');
  });

  test('Source is 0 or 4', () => {
    assert.equal(checkKvpItem('add', 'k', 'd', 4).source, 4);
    assert.equal(checkKvpItem('add', 'k', 'd', null).source, 0);
    for (const source of [1, 2, 3, 5, '0', -1]) assert.throws(() => checkKvpItem('add', 'k', 'd', source), refused);
  });

  test('an item without a name is refused', () => {
    for (const name of [null, '', 7]) assert.throws(() => checkKvpItem('add', name, 'd', 0), refused);
  });

  test('add needs a new key, modify and remove a known one; all or none', () => {
    const now = [item('a', '1'), item('b', '2')];
    assert.deepEqual(changedItems(now, 'add', [item('c', '3')]), [...now, item('c', '3')]);
    assert.deepEqual(changedItems(now, 'modify', [item('a', '9')]), [item('a', '9'), item('b', '2')]);
    assert.deepEqual(changedItems(now, 'remove', [item('a')]), [item('b', '2')]);
    assert.throws(() => changedItems(now, 'add', [item('c'), item('a')]), DomainError);
    assert.throws(() => changedItems(now, 'modify', [item('a'), item('z')]), DomainError);
    assert.throws(() => changedItems(now, 'remove', [item('z')]), DomainError);
  });

  test('the same key twice in one call is refused', () => {
    assert.throws(() => changedItems([], 'add', [item('a'), item('a')]), DomainError);
  });
});
