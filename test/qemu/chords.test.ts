import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chords } from '../../src/qemu/machine/type-keys.ts';

const stroke = (text: string) => ({
  key: text.slice(1),
  action: text.startsWith('+') ? ('press' as const) : ('release' as const),
});
const split = (text: string): readonly string[] =>
  chords(text.split(' ').map(stroke)).map((chord) =>
    chord.map(({ key, action }) => `${action === 'press' ? '+' : '-'}${key}`).join(' '),
  );

test('keys that are held together are one command', () => {
  assert.deepEqual(split('+a -a +shift +b -b -shift +c -c'), ['+a -a', '+shift +b -b -shift', '+c -c']);
  assert.deepEqual(split('+ctrl +alt +del -del -alt -ctrl'), ['+ctrl +alt +del -del -alt -ctrl']);
});

test('a command holds no more than the keyboard does, and nothing is lost or changed in order', () => {
  const strokes = fc.array(
    fc.tuple(fc.constantFrom('+', '-'), fc.constantFrom('a', 'b', 'c')).map((pair) => pair.join('')),
  );
  fc.assert(
    fc.property(strokes, (texts) => {
      const all = chords(texts.map(stroke));
      assert.deepEqual(all.flat(), texts.map(stroke));
      for (const chord of all)
        assert.ok(chord.reduce((bytes, { action }) => bytes + (action === 'press' ? 2 : 3), 0) <= 16);
    }),
  );
});
