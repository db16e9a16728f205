import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/cli/words/edit-distance.ts';

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 8 });

test('a slip is one: a letter too many, too few, another one, two in each other’s place', () => {
  for (const word of ['destry', 'desttroy', 'destrox', 'detsroy', 'estroy', 'destroyy'])
    assert.equal(editDistance(word, 'destroy'), 1, word);
  assert.equal(editDistance('', 'stop'), 4);
  assert.equal(editDistance('destry', 'restart'), 3);
});

test('the distance is none only to itself, the same both ways, and no more than writing all anew', () => {
  fc.assert(
    fc.property(words, words, (a, b) => {
      const distance = editDistance(a, b);
      assert.equal(distance === 0, a === b);
      assert.equal(editDistance(b, a), distance);
      assert.ok(distance >= Math.abs(a.length - b.length) && distance <= Math.max(a.length, b.length));
    }),
  );
});

test('one change of any word is at a distance of at most one', () => {
  fc.assert(
    fc.property(words, fc.nat(8), fc.constantFrom('x', ''), fc.nat(1), (word, at, put, gone) => {
      assert.ok(editDistance(word, word.slice(0, at) + put + word.slice(at + gone)) <= 1);
    }),
  );
});

test('the nearest words, all of them that are as near, and none for what is another word', () => {
  assert.deepEqual(nearest('destry', ['restart', 'destroy', 'delete']), ['destroy']);
  assert.deepEqual(nearest('lst', ['list', 'ls', 'stop', 'list']), ['list', 'ls']);
  assert.deepEqual(nearest('DELTE', ['delete']), ['delete']);
  assert.deepEqual(nearest('web', ['Web', 'wob', 'web']), ['Web']);
  assert.deepEqual(nearest('Wbe', ['Web', 'DB']), ['Web']);
  assert.deepEqual(nearest('snap', ['stop', 'save']), []);
  assert.deepEqual(nearest('ps', ['ls']), []);
});
