import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MofClass, MofProduction } from '../../src/cim/mof/ast.ts';
import { parseMof } from '../../src/cim/mof/parser.ts';

const only = (text: string): MofProduction => {
  const [production, ...rest] = parseMof(text).productions;
  assert.ok(production !== undefined && rest.length === 0);
  return production;
};

const classOf = (text: string): MofClass => {
  const production = only(text);
  assert.ok(production.kind === 'class');
  return production;
};

/** The value of `X` in a class that has nothing else. */
const valueOf = (constant: string): unknown => classOf(`class A { uint64 X = ${constant}; };`).properties[0]?.default;

describe('MOF classes', () => {
  test('a class with superclass, alias, qualifiers, properties and methods', () => {
    const parsed = classOf(`
      [Association, Version("2.1"), Values{"a", "b"} : ToSubclass Restricted]
      class Msvm_Thing as $T : CIM_Thing
      {
        [Key, MaxLen(256)] string Name;
        uint8 Bytes[];
        uint16 Fixed[4] = {1, 2};
        CIM_System ref Antecedent;
        object Any;
        __ACE DACL[];
        uint32 Do([In] string What, [In, Out] CIM_Job ref Job, [Out] uint8 Data[]);
        boolean Nothing();
      };`);
    assert.equal(parsed.name, 'Msvm_Thing');
    assert.equal(parsed.superclass, 'CIM_Thing');
    assert.equal(parsed.alias, '$T');
    assert.deepEqual(
      parsed.qualifiers.map(({ name, value, flavors }) => [name, value, flavors]),
      [
        ['Association', null, []],
        ['Version', '2.1', []],
        ['Values', ['a', 'b'], ['ToSubclass', 'Restricted']],
      ],
    );
    assert.deepEqual(
      parsed.properties.map(({ name, type, array, default: initial }) => [
        name,
        type.name,
        type.reference,
        array,
        initial,
      ]),
      [
        ['Name', 'string', false, false, undefined],
        ['Bytes', 'uint8', false, true, undefined],
        ['Fixed', 'uint16', false, true, [1n, 2n]],
        ['Antecedent', 'CIM_System', true, false, undefined],
        ['Any', 'object', false, false, undefined],
        ['DACL', '__ACE', false, true, undefined],
      ],
    );
    assert.deepEqual(
      parsed.properties[0]?.qualifiers.map(({ name, value }) => [name, value]),
      [
        ['Key', null],
        ['MaxLen', 256n],
      ],
    );
    assert.deepEqual(
      parsed.methods.map(({ name, returnType, parameters }) => [
        name,
        returnType.name,
        parameters.map((one) => [one.name, one.type.name, one.type.reference, one.array]),
      ]),
      [
        [
          'Do',
          'uint32',
          [
            ['What', 'string', false, false],
            ['Job', 'CIM_Job', true, false],
            ['Data', 'uint8', false, true],
          ],
        ],
        ['Nothing', 'boolean', []],
      ],
    );
  });

  test('keywords are such in any case, and by position only: properties may be named like them', () => {
    const parsed = classOf('CLASS Qualifier : Instance { String Class; boolean of = TRUE; A REF ref; uint8 Pragma; };');
    assert.equal(parsed.name, 'Qualifier');
    assert.equal(parsed.superclass, 'Instance');
    assert.deepEqual(
      parsed.properties.map(({ name, type }) => [name, type.name, type.reference]),
      [
        ['Class', 'String', false],
        ['of', 'boolean', false],
        ['ref', 'A', true],
        ['Pragma', 'uint8', false],
      ],
    );
    assert.equal(parsed.properties[1]?.default, true);
  });

  test('an element knows its line and column', () => {
    const parsed = classOf('// one\n/* two\n three */ class A\n{\n  uint8 X;\n};');
    assert.deepEqual([parsed.line, parsed.column], [3, 11]);
    assert.deepEqual([parsed.properties[0]?.line, parsed.properties[0]?.column], [5, 3]);
  });

  test('a byte order mark and both line ends are blanks', () => {
    assert.equal(parseMof('\ufeffclass A {};\r\nclass B {};\n').productions.length, 2);
  });
});

describe('MOF constants', () => {
  for (const [text, value] of [
    ['0', 0n],
    ['-12', -12n],
    ['+12', 12n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['0x1F', 31n],
    ['-0xff', -255n],
    ['017', 15n],
    ['101b', 5n],
    ['1B', 1n],
    ['0b', 0n],
    ['1.5', 1.5],
    ['-.5e3', -500],
    ['1.0E-2', 0.01],
    ['TRUE', true],
    ['false', false],
    ['NULL', null],
    ['{}', []],
    ['{1, null, 3}', [1n, null, 3n]],
    ["'x'", 'x'],
    ["'\\''", "'"],
    ["'\\x41'", 'A'],
    ['""', ''],
  ] as const) {
    test(text, () => {
      assert.deepEqual(valueOf(text), value);
    });
  }

  test('adjacent strings are one, whatever stands between them', () => {
    assert.equal(valueOf('"one " /* and */ "two"\n // three\n " four"'), 'one two four');
  });

  test('escapes: b t n f r, quotes, backslash, up to four hexadecimal digits', () => {
    assert.equal(valueOf(String.raw`"\b\t\n\f\r\"\'\\\x41\X00e9\x20AC5"`), '\b\t\n\f\r"\'\\A\u00e9\u20ac5');
  });

  for (const text of ['08', '1e5', '1.', '0x', '12b', '1.2.3', '--1', '1_000', '9'.repeat(81), '1.0e999']) {
    test(`${text.slice(0, 12)} is not a number`, () => {
      assert.throws(() => valueOf(text), { name: 'MofError' });
    });
  }

  for (const [text, why] of [
    [String.raw`"a\qb"`, 'an unknown escape'],
    ['"open', 'a string without end'],
    ['"line\nend"', 'a line end within a string'],
    ["''", 'an empty char16'],
    ["'ab'", 'two characters in a char16'],
    ['/* open', 'a comment without end'],
    ['{1, }', 'an empty place in an array'],
    ['word', 'a bare word'],
    ['$', 'an alias without name'],
  ]) {
    test(`refused: ${why}`, () => {
      assert.throws(() => valueOf(text ?? ''), { name: 'MofError' });
    });
  }
});

describe('MOF directives and qualifier types', () => {
  test('#pragma with and without a parameter', () => {
    const { productions } = parseMof(
      String.raw`#pragma namespace("\\\\.\\root\\cimv2") #pragma autorecover #PRAGMA include ("a.mof")`,
    );
    assert.deepEqual(
      productions.map((one) => one.kind === 'pragma' && [one.name, one.parameter]),
      [
        ['namespace', String.raw`\\.\root\cimv2`],
        ['autorecover', null],
        ['include', 'a.mof'],
      ],
    );
  });

  test('a qualifier type with default, scopes and flavors', () => {
    const {
      line: _line,
      column: _column,
      ...parsed
    } = only('Qualifier Values : string[] = {"a"}, Scope(property, method), Flavor(EnableOverride, ToSubclass);');
    assert.deepEqual(parsed, {
      kind: 'qualifier',
      name: 'Values',
      type: 'string',
      array: true,
      default: ['a'],
      scopes: ['property', 'method'],
      flavors: ['EnableOverride', 'ToSubclass'],
    });
  });

  test('a qualifier type without default and flavor', () => {
    const parsed = only('qualifier Key : boolean, scope(any);');
    assert.ok(parsed.kind === 'qualifier');
    assert.deepEqual([parsed.default, parsed.flavors], [undefined, []]);
  });
});

describe('MOF errors', () => {
  for (const [text, message] of [
    ['class { };', 'Expected a class name, found "{" (line 1, column 7)'],
    ['class A {\n  uint8 X\n};', 'Expected \';\', found "}" (line 3, column 1)'],
    ['class A { uint8 X; };\nclass', 'Expected a class name, found the end of the text (line 2, column 6)'],
    ['class A { uint8 X; string x; };', 'A declares the property x twice (line 1, column 20)'],
    ['class A { uint8 X(); uint8 x(); };', 'A declares the method x twice (line 1, column 22)'],
    ['class A { uint8 X([In] uint8 P, uint8 p); };', 'The parameter p stands twice (line 1, column 33)'],
    ['[Key, KEY] class A { };', 'The qualifier KEY stands twice (line 1, column 7)'],
    ['struct A { };', "Expected 'class', 'instance of', 'qualifier' or '#pragma' (line 1, column 1)"],
    ['class A { }; @', 'Unexpected character "@" (line 1, column 14)'],
    ['class A { };;', "Expected 'class', 'instance of', 'qualifier' or '#pragma' (line 1, column 13)"],
  ]) {
    test(`${message}`, () => {
      assert.throws(() => parseMof(text ?? ''), { name: 'MofError', message });
    });
  }

  test('the file is named when there is one', () => {
    assert.throws(() => parseMof('class', 'v2/x.mof'), {
      message: 'Expected a class name, found the end of the text (v2/x.mof, line 1, column 6)',
      file: 'v2/x.mof',
      line: 1,
      column: 6,
    });
  });
});
