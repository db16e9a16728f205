import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const DOCUMENT = join(import.meta.dirname, '../../docs/security.md');
const TITLE = /\b(?:test|describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`|"((?:[^"\\]|\\.)*)")/g;
const NUMBERS = /^(?:hardening )?(\d+(?:(?:, | and )\d+)*)\b/i;

/** Numbers of the list that stand in the names of a file's tests. */
const numbersIn = async (file: string): Promise<ReadonlySet<number>> => {
  const found = new Set<number>();
  for (const [, single, template, double] of (await readFile(file, 'utf8')).matchAll(TITLE)) {
    const numbers = NUMBERS.exec(single ?? template ?? double ?? '')?.[1] ?? '';
    for (const number of numbers.match(/\d+/g) ?? []) found.add(Number(number));
  }
  return found;
};

test('docs/security.md leads from each of the thirty numbers to tests that have it in their names', async () => {
  const rows = [...(await readFile(DOCUMENT, 'utf8')).matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)];
  assert.deepEqual(
    rows.map(([, number]) => Number(number)),
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  for (const [, number, where = ''] of rows) {
    const links = [...where.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 0, `${number} leads nowhere`);
    for (const link of links) {
      const numbers = await numbersIn(join(dirname(DOCUMENT), link));
      assert.ok(numbers.has(Number(number)), `${link} has no test of ${number}: ${[...numbers].join()}`);
    }
  }
});
