import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CimError } from '../../src/cim/errors.ts';
import type { Expression, Literal, SelectQuery, WqlQuery } from '../../src/cim/wql/ast.ts';
import { readings } from '../../src/cim/wql/literal.ts';
import { parseQuery } from '../../src/cim/wql/parse-query.ts';
import { printQuery } from '../../src/cim/wql/print-query.ts';

const fails = (code: string) => (e: unknown) => e instanceof CimError && e.code === code;
const select = (text: string): SelectQuery => {
  const query = parseQuery(text);
  assert.equal(query.kind, 'select');
  return query;
};
const where = (text: string): Expression => {
  const query = select(`SELECT * FROM X WHERE ${text}`);
  assert.ok(query.where !== null);
  return query.where;
};

describe('words and signs', () => {
  test('Q-001 keywords in any case', () => {
    assert.deepEqual(
      parseQuery('sElEcT * fRoM Msvm_X wHeRe a IS nOt NuLl'),
      parseQuery('SELECT * FROM Msvm_X WHERE a IS NOT NULL'),
    );
  });
  test('Q-002 both quotes, their escapes, and K6 doubled quotes', () => {
    const of = (text: string): readonly string[] => {
      const e = where(`a = ${text}`);
      assert.ok(e.kind === 'compare' && e.literal.kind === 'string');
      return readings(e.literal);
    };
    assert.deepEqual(of('"it\'s"'), ["it's"]);
    assert.deepEqual(of('\'say "x"\''), ['say "x"']);
    assert.deepEqual(of("'it''s'"), ["it's"]);
    assert.deepEqual(of("'it\\'s'"), ["it's"]);
    assert.deepEqual(of('"a\\"b"'), ['a"b']);
    assert.deepEqual(of('"a\\\\b"'), ['a\\b', 'a\\\\b']);
    assert.deepEqual(of("'%\\Default'"), ['%\\Default']);
    assert.deepEqual(of("''"), ['']);
    assert.deepEqual(of("''''"), ["'"]);
    assert.deepEqual(of('"\\\\\\\\H\\\\root:X.K=\\"v\\""'), ['\\\\H\\root:X.K="v"', '\\\\\\\\H\\\\root:X.K="v"']);
  });
  for (const text of ['a = "x', "a = 'x\\'", 'a = "x""', "a = '"]) {
    test(`Q-003 unterminated: ${text}`, () => assert.throws(() => where(text), fails('invalidQuery')));
  }
  test('Q-004 blanks of every kind, or none', () => {
    assert.deepEqual(
      parseQuery("\r\n SELECT\t* \n FROM X WHERE a='b'AND(c=1)  "),
      parseQuery("SELECT * FROM X WHERE a = 'b' AND (c = 1)"),
    );
  });
  for (const text of [
    'SELECT * FROM X;',
    'SELECT * FROM X Y',
    'SELECT * FROM X WHERE a = 1 b',
    'SELECT * FROM X, Y',
    'SELECT * FROM "X"',
    'SELECT * FROM root:X',
    'SELECT FROM X',
    'SELECT * X',
    'SELECT a b FROM X',
    'SELECT count(*) FROM X',
    'SELECT * FROM X WHERE',
    'SELECT * FROM X ORDER BY a',
    'SELECT DISTINCT a FROM X',
    'SELECT * FROM X WHERE a = 1 + 2',
    'SELECT * FROM X WHERE f(a) = 1',
    'SELECT * FROM X WHERE a = (1)',
    'SELECT * FROM X WHERE a == 1',
    'SELECT * FROM X WHERE (a = 1',
    'SELECT * FROM X WHERE a = 1)',
    'SELECT * FROM X WHERE a = 1 AND',
    'SELECT * FROM X WHERE NOT',
    'SELECT * FROM X WHERE 1 = 2',
    'SELECT * FROM X WHERE a[0] = 2',
    'SELECT * FROM X WHERE a = 2b',
    'SELECT * FROM X WHERE a LIKE b',
    'SELECT * FROM X -- comment',
    'SELECT * FROM X WITHIN soon WHERE a = 1',
    'DELETE FROM X',
    '',
    'SELECT',
    '\u0000',
  ]) {
    test(`Q-005 invalid: ${JSON.stringify(text)}`, () => assert.throws(() => parseQuery(text), fails('invalidQuery')));
  }
  test('Q-006 limits of length, depth and terms answer quota, at once', () => {
    assert.throws(() => parseQuery(`SELECT * FROM X WHERE a = "${'x'.repeat(33_000)}"`), fails('quotaExceeded'));
    assert.throws(() => where(`${'('.repeat(201)}a = 1${')'.repeat(201)}`), fails('quotaExceeded'));
    assert.throws(() => where(`${'NOT '.repeat(5000)}a = 1`), fails('quotaExceeded'));
    assert.throws(() => where(Array.from({ length: 501 }, () => 'a = 1').join(' OR ')), fails('quotaExceeded'));
    where(`${'('.repeat(200)}a = 1${')'.repeat(200)}`);
    where(Array.from({ length: 500 }, () => 'a = 1').join(' OR '));
  });
  test('Q-007 names and constants beyond ASCII', () => {
    const e = where("Größe = 'Zürich 😀'");
    assert.ok(e.kind === 'compare' && e.literal.kind === 'string');
    assert.deepEqual(e.operand, ['Größe']);
    assert.deepEqual(readings(e.literal), ['Zürich 😀']);
  });
});

describe('expressions', () => {
  test('Q-021 a constant on the left mirrors the operator', () => {
    assert.deepEqual(where('5 < a'), where('a > 5'));
    assert.deepEqual(where("'x' >= a"), where("a <= 'x'"));
    assert.deepEqual(where('NULL = a'), where('a IS NULL'));
  });
  test('Q-023 NULL with = and <> is IS [NOT] NULL', () => {
    assert.deepEqual(where('a = NULL'), where('a IS NULL'));
    assert.deepEqual(where('a <> null'), where('a IS NOT NULL'));
    assert.throws(() => where('a < NULL'), fails('invalidQuery'));
  });
  for (const text of ['a IS 5', "a IS 'x'", 'a IS TRUE', 'a IS NOT 5', 'a IS']) {
    test(`Q-024 IS takes NULL only: ${text}`, () => assert.throws(() => where(text), fails('invalidQuery')));
  }
  test('Q-025 NOT before AND before OR', () => {
    assert.deepEqual(where('a = 1 OR b = 2 AND NOT c = 3'), where('(a = 1) OR ((b = 2) AND (NOT (c = 3)))'));
  });
  test('Q-032 NOT LIKE in both spellings', () => {
    assert.deepEqual(where("NOT a LIKE 'x%'"), where("a NOT LIKE 'x%'"));
  });
  test('Q-071 ISA with bare and quoted names', () => {
    assert.deepEqual(where('TargetInstance ISA Msvm_X'), where("TargetInstance ISA 'Msvm_X'"));
    assert.throws(() => where("a ISA 'not a name'"), fails('invalidQuery'));
    assert.throws(() => where('a ISA 5'), fails('invalidQuery'));
  });
  test('Q-029 as K6 has it: a property against another', () => {
    assert.deepEqual(where('Name <> ElementName'), {
      kind: 'compareProperty',
      operand: ['Name'],
      op: '<>',
      other: ['ElementName'],
    });
  });
});

describe('association clauses', () => {
  const clauses = (text: string): unknown => {
    const query = parseQuery(`ASSOCIATORS OF {X.K="v"} WHERE ${text}`);
    assert.ok(query.kind === 'associators');
    return query.clauses;
  };
  test('Q-050 every keyword, any case, values bare or quoted', () => {
    assert.deepEqual(
      clauses(
        "assocclass=A ResultClass = 'B' Role=c RESULTROLE = D RequiredAssocQualifier=E RequiredQualifier=F KeysOnly",
      ),
      {
        assocClass: 'A',
        resultClass: 'B',
        role: 'c',
        resultRole: 'D',
        requiredAssocQualifier: 'E',
        requiredQualifier: 'F',
        keysOnly: true,
      },
    );
  });
  for (const text of [
    'AssocClass=A AND ResultClass=B',
    'AssocClass=A, ResultClass=B',
    'AssocClass=A AssocClass=B',
    'AssocClass<>A',
    'AssocClass',
    'Nope=A',
    'KeysOnly KeysOnly',
    'ClassDefsOnly ResultClass=A',
    'KeysOnly SchemaOnly',
    '',
    '5',
    "Role='a b'",
  ]) {
    test(`Q-053 refused: ${text}`, () => assert.throws(() => clauses(text), fails('invalidQuery')));
  }
  test('REFERENCES has fewer keywords', () => {
    const query = parseQuery('references of {X=@} where role=R resultclass=C requiredqualifier=Q');
    assert.deepEqual(query, {
      kind: 'references',
      path: 'X=@',
      clauses: { role: 'R', resultClass: 'C', requiredQualifier: 'Q' },
    });
    assert.throws(() => parseQuery('REFERENCES OF {X=@} WHERE AssocClass=A'), fails('invalidQuery'));
  });
  test('braces and quotes inside a quoted key value do not end the path', () => {
    const query = parseQuery('ASSOCIATORS OF { X.K="{9E}\\"}",L=\'}\' }');
    assert.ok(query.kind === 'associators');
    assert.equal(query.path, 'X.K="{9E}\\"}",L=\'}\'');
    assert.throws(() => parseQuery('ASSOCIATORS OF {X.K="v}'), fails('invalidQuery'));
    assert.throws(() => parseQuery('ASSOCIATORS OF X.K="v"'), fails('invalidQuery'));
  });
});

describe('event queries', () => {
  test('Q-070 WITHIN, GROUP, BY, HAVING', () => {
    assert.deepEqual(
      parseQuery(
        'SELECT * FROM __InstanceModificationEvent WITHIN 0.5 WHERE TargetInstance ISA "X" GROUP WITHIN 10 BY TargetInstance.Name, A HAVING NumberOfEvents > 3',
      ),
      {
        kind: 'select',
        columns: null,
        from: '__InstanceModificationEvent',
        within: '0.5',
        where: { kind: 'isa', operand: ['TargetInstance'], className: 'X' },
        group: {
          within: '10',
          by: [['TargetInstance', 'Name'], ['A']],
          having: { kind: 'compare', operand: ['NumberOfEvents'], op: '>', literal: { kind: 'number', text: '3' } },
        },
      },
    );
  });
  test('Q-074 errors of GROUP have their own codes', () => {
    assert.throws(() => parseQuery('SELECT * FROM X GROUP BY a'), fails('groupWithoutWithin'));
    assert.throws(() => parseQuery('SELECT * FROM X GROUP WITHIN 5 BY'), fails('missingAggregationList'));
    assert.throws(
      () => parseQuery('SELECT * FROM X GROUP WITHIN 5 BY HAVING NumberOfEvents > 1'),
      fails('missingAggregationList'),
    );
  });
});

const name = fc
  .stringMatching(/^[A-Z_][A-Za-z0-9_]{0,6}$/)
  .filter((n) => !/^(and|or|not|like|is|isa|true|false|null|where|group|within|by|having|from)$/i.test(n));
const operand = fc.array(name, { minLength: 1, maxLength: 3 });
const text: fc.Arbitrary<Literal> = fc
  .tuple(fc.constantFrom('"' as const, "'" as const), fc.string())
  .map(([quote, value]) => ({
    kind: 'string',
    quote,
    source: value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`),
  }));
const literal: fc.Arbitrary<Literal> = fc.oneof(
  text,
  fc.integer().map((n): Literal => ({ kind: 'number', text: String(n) })),
  fc.constantFrom('1.5', '0x1F', '1e3', '+4').map((t): Literal => ({ kind: 'number', text: t })),
  fc.boolean().map((value): Literal => ({ kind: 'boolean', value })),
);
const op = fc.constantFrom('=', '<>', '<', '<=', '>', '>=' as const);
const expression = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant('compare' as const), operand, op, literal }),
    fc.record({ kind: fc.constant('compareProperty' as const), operand, op, other: operand }),
    fc.record({
      kind: fc.constant('like' as const),
      operand,
      pattern: text as fc.Arbitrary<Extract<Literal, { kind: 'string' }>>,
    }),
    fc.record({ kind: fc.constant('isNull' as const), operand }),
    fc.record({ kind: fc.constant('isa' as const), operand, className: name }),
    fc.record({ kind: fc.constant('not' as const), term: tie('e') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('e'), { minLength: 2, maxLength: 4 }),
    }),
  ),
})).e;
const orNull = <T>(a: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(a, { nil: null });
const query: fc.Arbitrary<WqlQuery> = fc.oneof(
  fc.record({
    kind: fc.constant('select' as const),
    columns: orNull(fc.array(operand, { minLength: 1, maxLength: 3 })),
    from: name,
    within: orNull(fc.constantFrom('1', '0.5')),
    where: orNull(expression),
    group: orNull(
      fc.record({ within: fc.constant('2'), by: fc.array(operand, { maxLength: 2 }), having: orNull(expression) }),
    ),
  }),
  fc.record({
    kind: fc.constant('associators' as const),
    path: fc.constantFrom('X.K="v"', "Y='a\\'}b'", '\\\\H\\root:Z=@'),
    clauses: fc.record(
      { assocClass: name, resultClass: name, role: name, resultRole: name, keysOnly: fc.constant(true as const) },
      { requiredKeys: [] },
    ),
  }),
);

describe('properties', () => {
  test('Q-080 parse(print(query)) is the query', () => {
    fc.assert(fc.property(query, (q) => assert.deepEqual(parseQuery(printQuery(q)), JSON.parse(JSON.stringify(q)))));
  });
  test('Q-081 no text makes the parser throw anything but a WQL error', () => {
    const words = fc.constantFrom(
      'SELECT',
      '*',
      'FROM',
      'X',
      'WHERE',
      'a',
      '=',
      "'x'",
      '"',
      "'",
      '(',
      ')',
      'NOT',
      'AND',
      'OR',
      'LIKE',
      'IS',
      'NULL',
      'ISA',
      '1',
      '{',
      '}',
      '\\',
      'WITHIN',
      'GROUP',
      'BY',
      '.',
      ',',
      'ASSOCIATORS',
      'OF',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((w) => w.join(' ')),
          fc.array(words).map((w) => `SELECT * FROM X WHERE ${w.join(' ')}`),
        ),
        (input) => {
          try {
            parseQuery(input);
          } catch (e) {
            assert.ok(e instanceof CimError, String(e));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
