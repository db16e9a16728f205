import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MofError, type MofInstance, type MofValue } from '../../src/cim/mof/ast.ts';
import { MAX_MOF_TEXT, parseMof, parseMofInstances } from '../../src/cim/mof/parser.ts';

const valuesOf = (instance: MofInstance | undefined): Record<string, MofValue> =>
  Object.fromEntries((instance?.properties ?? []).map(({ name, value }) => [name, value]));

describe('MOF instances (embedded-instances §1 form 5)', () => {
  test('class, values as the text spells them, comments and escapes', () => {
    const [instance, ...rest] = parseMofInstances(String.raw`
      // settings
      instance of Msvm_VirtualSystemSettingData
      {
        ElementName = "say \"hi\" to C:\\vm";
        Notes = {"a", "b"};
        /* numbers */ Weight = -3; Big = 18446744073709551615;
        Enabled = TRUE; Nothing = NULL; Empty = {};
      };`);
    assert.equal(rest.length, 0);
    assert.equal(instance?.className, 'Msvm_VirtualSystemSettingData');
    assert.equal(instance.alias, null);
    assert.deepEqual(valuesOf(instance), {
      ElementName: 'say "hi" to C:\\vm',
      Notes: ['a', 'b'],
      Weight: -3n,
      Big: 18_446_744_073_709_551_615n,
      Enabled: true,
      Nothing: null,
      Empty: [],
    });
  });

  test('aliases are kept by name, declared before or after their use', () => {
    const instances = parseMofInstances('instance of A { Next = $B; }; instance of B as $b { };');
    assert.deepEqual(
      instances.map(({ className, alias }) => [className, alias]),
      [
        ['A', null],
        ['B', '$b'],
      ],
    );
    const next = valuesOf(instances[0])['Next'];
    assert.deepEqual(next, { kind: 'alias', name: '$B', line: 1, column: 24 });
  });

  test('an instance may stand within a value', () => {
    const [outer] = parseMofInstances(
      'instance of A { Inner = instance of B { X = 1; }; All = {instance of C { }}; };',
    );
    const { Inner, All } = valuesOf(outer) as { Inner: MofInstance; All: readonly MofInstance[] };
    assert.equal(Inner.className, 'B');
    assert.deepEqual(valuesOf(Inner), { X: 1n });
    assert.equal(All[0]?.className, 'C');
  });

  test('qualifiers before an instance or a value are read over', () => {
    const [instance] = parseMofInstances('[dynamic] INSTANCE OF A { [key] Name = "x"; };');
    assert.deepEqual(valuesOf(instance), { Name: 'x' });
  });

  for (const [text, message] of [
    ['', "Expected 'instance', found the end of the text (line 1, column 1)"],
    ['class A { };', 'Expected \'instance\', found "class" (line 1, column 1)'],
    ['#pragma include("/etc/passwd")', 'Expected \'instance\', found "#" (line 1, column 1)'],
    ['instance of A { X = 1; x = 2; };', 'The property x is given twice (line 1, column 24)'],
    ['instance of A { X = 1; }', "Expected ';', found the end of the text (line 1, column 25)"],
    ['instance of A { X = $Gone; };', 'The alias $Gone is not declared (line 1, column 21)'],
    ['instance of A as $a { }; instance of B as $A { };', 'The alias $A is declared twice (line 1, column 43)'],
    ['instance of A { X = "C:\\dir"; };', 'Unknown escape \\d; a backslash is written \\\\ (line 1, column 24)'],
  ]) {
    test(`refused: ${message}`, () => {
      assert.throws(() => parseMofInstances(text ?? ''), { name: 'MofError', message });
    });
  }
});

describe('MOF from hostile hands', () => {
  test('a text above 16 Mi characters is refused unread', () => {
    assert.throws(() => parseMofInstances(' '.repeat(MAX_MOF_TEXT + 1)), {
      message: /longer than 16777216 characters/,
    });
  });

  test('nesting is bounded', () => {
    const nested = (depth: number): string => `instance of A { X = ${'{'.repeat(depth)}${'}'.repeat(depth)}; };`;
    assert.equal(parseMofInstances(nested(32)).length, 1);
    assert.throws(() => parseMofInstances(nested(33)), { message: /deeper than 32 levels/ });
    assert.throws(() => parseMofInstances(nested(1_000_000)), { message: /deeper than 32 levels/ });
    const instances = (depth: number): string => `instance of A { X = ${'instance of A { X = '.repeat(depth)}`;
    assert.throws(() => parseMofInstances(instances(100_000)), { message: /deeper than 32 levels/ });
  });

  test('the number of tokens is bounded', () => {
    assert.throws(() => parseMofInstances(`instance of A { X = {${'1,'.repeat(600_000)}`), {
      message: /more than 1000000 tokens/,
    });
  });

  test('names are bounded', () => {
    assert.throws(() => parseMofInstances(`instance of ${'A'.repeat(257)} { };`), { message: /longer than 256/ });
  });

  test('millions of comments, line ends, escapes and string pieces end in time', () => {
    const value = (text: string): MofValue | undefined =>
      parseMofInstances(`instance of A { X = ${text}; };`)[0]?.properties[0]?.value;
    assert.equal(value(`${'/**/'.repeat(2_000_000)}1`), 1n);
    assert.equal(value(`${'//\n'.repeat(2_000_000)}1`), 1n);
    assert.equal(value(`"${'\\n'.repeat(1_000_000)}"`), '\n'.repeat(1_000_000));
    assert.equal(value('"a"'.repeat(400_000)), 'a'.repeat(400_000));
  });

  test('any text either parses or is a MofError', () => {
    const pieces = fc.constantFrom(
      ...['instance', 'of', 'class', 'A', 'as', '$a', '{', '}', '=', ';', ',', '[', ']', '(', ')', ':', '#', '"s"'],
      ...['"', "'", '\\', '/*', '*/', '//', '\n', '1', '0x', '-', '.', 'null', 'ref', 'uint8', 'pragma', 'qualifier'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const parse of [parseMof, parseMofInstances]) {
          try {
            parse(given);
          } catch (error) {
            assert.ok(error instanceof MofError, String(error));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('MOF round trip', () => {
  const quote = (text: string): string =>
    `"${[...text].map((char) => (/^[ !#-[\]-~]$/.test(char) ? char : escape(char))).join('')}"`;
  const escape = (char: string): string =>
    Array.from({ length: char.length }, (_, at) => `\\x${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
  const print = (value: MofValue): string => {
    if (Array.isArray(value)) return `{${value.map(print).join(', ')}}`;
    return typeof value === 'string' ? quote(value) : String(value);
  };

  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
  );
  const value = fc.oneof(scalar, fc.array(scalar));
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
  const properties = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase() });

  test('what is printed is read back', () => {
    fc.assert(
      fc.property(name, properties, (className, given) => {
        const body = given.map(([key, held]) => `  ${key} = ${print(held)};\n`).join('');
        const [instance] = parseMofInstances(`instance of ${className}\n{\n${body}};\n`);
        assert.equal(instance?.className, className);
        assert.deepEqual(
          instance.properties.map((one) => [one.name, one.value]),
          given,
        );
      }),
    );
  });
});
