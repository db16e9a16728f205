import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** `of('L', 11)`: L1 to L11. */
const of = (prefix: string, last: number): readonly string[] =>
  Array.from({ length: last }, (_, index) => `${prefix}${index + 1}`);

/** `numbered('W', [[1, 119]])`: W-001 to W-119. */
const numbered = (prefix: string, ranges: readonly (readonly [number, number])[]): readonly string[] =>
  ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${prefix}-${String(first + index).padStart(3, '0')}`),
  );

/** The numbered statements of the specification; each has a test whose title names it. */
const STATEMENTS: Readonly<Record<string, readonly string[]>> = {
  'wire-wsman': numbered('W', [[1, 119]]),
  'wire-auth': numbered('A', [[1, 41]]),
  'wire-cimxml': numbered('X', [[1, 42]]),
  wql: [
    ...numbered('Q', [
      [1, 7],
      [10, 15],
      [20, 34],
      [40, 45],
      [50, 59],
      [60, 61],
      [70, 77],
      [80, 82],
    ]),
    'Q-033b',
  ],
  lifecycle: of('L', 11),
  'management-service': of('M', 15),
  'jobs-and-errors': of('J', 11),
  'embedded-instances': of('E', 9),
  'client-usage, scenarios': of('A', 22),
  'client-usage, os-win': of('O', 27),
  'client-usage, libvirt': of('V', 10),
  'planned-systems': of('P', 17),
  snapshots: of('S', 13),
};

/** Titles of tests and of the groups they are in; rows of a table that tests are made of count by their first words. */
const titles = (): string => {
  const title = /\b(?:test|describe)\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;
  const row = /^\s*\[\s*'([A-Z]-?\d+[^']*)'/gm;
  return globSync('**/*.ts', { cwd: import.meta.dirname })
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .flatMap((source) => [
      ...[...source.matchAll(title)].map((match) => match[2] ?? ''),
      ...[...source.matchAll(row)].map((match) => match[1] ?? ''),
    ])
    .join('\n');
};

/** Numbers that the text names, one by one or as the first and last of a row: `L1 to L9`. */
const namedIn = (text: string): ReadonlySet<string> => {
  const named = new Set(text.match(/(?<![A-Za-z0-9-])[A-Z]-?\d+b?(?![0-9A-Za-z])/g) ?? []);
  for (const [, prefix = '', first = '', last = ''] of text.matchAll(/(?<![A-Za-z0-9-])([A-Z]-?)(\d+) to \1(\d+)/g))
    for (let number = Number(first); number <= Number(last); number++)
      named.add(prefix + String(number).padStart(first.length, '0'));
  return named;
};

const named = namedIn(titles());

for (const [specification, statements] of Object.entries(STATEMENTS)) {
  test(`every statement of ${specification} has a test that names it`, () => {
    assert.deepEqual(
      statements.filter((statement) => !named.has(statement)),
      [],
    );
  });
}
