import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileLike } from '../../src/cim/wql/like.ts';

const like = (pattern: string, text: string): boolean => compileLike(pattern).matches(text);

describe('LIKE (Q-030)', () => {
  const yes: readonly (readonly [string, string])[] = [
    ['%', ''],
    ['%', 'anything'],
    ['', ''],
    ['abc', 'ABC'],
    ['a%', 'ABC'],
    ['%c', 'abc'],
    ['%b%', 'abc'],
    ['a%b%c', 'a--b--b--c'],
    ['_', 'x'],
    ['a_c', 'abc'],
    ['%_', 'x'],
    ['[abc]x', 'bx'],
    ['[a-f]x', 'Ex'],
    ['[a=f]x', 'ex'],
    ['[^a-f]x', 'gx'],
    ['[_]', '_'],
    ['[%]', '%'],
    ['[[]', '['],
    ['[]]', ']'],
    ['[^]]', 'x'],
    ['a[', 'A['],
    ['[a-]', '-'],
    ['%[0-9]%', 'ab7cd'],
    ['Microsoft:%\\Default', 'Microsoft:Definition\\G\\default'],
    ['%ß%', 'xßy'],
    ['ab%ab', 'abab'],
    ['_%_', 'ab'],
  ];
  for (const [pattern, text] of yes) test(`${pattern} matches ${text}`, () => assert.ok(like(pattern, text)));
  const no: readonly (readonly [string, string])[] = [
    ['', 'x'],
    ['abc', 'abcd'],
    ['a%', 'ba'],
    ['_', ''],
    ['_', 'xy'],
    ['[_]', 'x'],
    ['[^a-f]x', 'ax'],
    ['[^]]', ']'],
    ['ab%ab', 'ab'],
    ['ab%ab', 'aba'],
    ['_%_', 'a'],
    ['%b%b%', 'abc'],
    ['[a-f]', 'g'],
  ];
  for (const [pattern, text] of no) test(`${pattern} does not match ${text}`, () => assert.ok(!like(pattern, text)));

  test('prefix and literal for indexes', () => {
    assert.equal(compileLike('Microsoft:A\\%').prefix, 'Microsoft:A\\');
    assert.equal(compileLike('%x').prefix, '');
    assert.equal(compileLike('a[%]b').literal, 'A%B');
    assert.equal(compileLike('a%').literal, null);
    assert.equal(compileLike('a_').literal, null);
  });

  test('Q-034 a pattern of many wildcards against a long text does bounded work', () => {
    const pattern = `${'%a'.repeat(1000)}%b`;
    const text = 'a'.repeat(100_000);
    assert.ok(!like(pattern, text));
    assert.ok(like(`${'%a'.repeat(1000)}%`, text));
    assert.ok(!like(`${'%[ab]_'.repeat(200)}%c`, text.slice(0, 20_000)));
  });

  test('agrees with a regular expression on % and _', () => {
    const piece = fc.constantFrom('%', '_', 'a', 'b', '\\');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.stringMatching(/^[ab\\]{0,10}$/), (pieces, text) => {
        const source = pieces.map((p) => (p === '%' ? '.*' : p === '_' ? '.' : p === '\\' ? '\\\\' : p)).join('');
        assert.equal(like(pieces.join(''), text), new RegExp(`^${source}$`, 'is').test(text));
      }),
    );
  });

  test('what matches begins with the prefix and ends with the suffix that indexes are asked for', () => {
    const piece = fc.constantFrom('%', '_', '[ab]', '[', ']', 'a', 'b', '\\');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.stringMatching(/^[ab[\]\\]{0,6}$/), (pieces, text) => {
        const pattern = compileLike(pieces.join(''));
        if (!pattern.matches(text)) return;
        assert.ok(text.startsWith(pattern.prefix), pattern.prefix);
        assert.ok(text.toUpperCase().endsWith(pattern.suffix), pattern.suffix);
      }),
      { numRuns: 2000 },
    );
    assert.equal(compileLike('%\\Default').suffix, '\\DEFAULT');
  });
});
