import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { de } from '../../console/src/i18n/de.ts';
import { en } from '../../console/src/i18n/en.ts';
import { PROBLEMS } from '../../src/rest/problems/table.ts';
import { MESSAGE } from '../../src/core/plans/findings/finding.ts';

const SRC = join(import.meta.dirname, '../../src');
/** Captions of jobs as the service has them in its tables and definitions. */
const CAPTION = /'((?:[A-Z][a-z]+ing) [A-Z][\w ]*|(?:Changing|Modifying) the [\w ]+)'/g;
/** Folders with jobs. */
const FOLDERS = ['core', 'msvm/v2/methods'];
/** What reads like a caption and is the name of something else. */
const OTHERS: ReadonlySet<string> = new Set(['Missing Snapshots']);

test('what the service calls its jobs has words in every language of the console', () => {
  const captions = new Set<string>();
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      for (const [, caption = ''] of readFileSync(join(SRC, folder, name), 'utf8').matchAll(CAPTION))
        if (!OTHERS.has(caption)) captions.add(caption);
    }
  assert.ok(captions.size > 50, `${captions.size} captions`);
  for (const texts of [en, de])
    assert.deepEqual(
      [...captions].filter((caption) => !Object.hasOwn(texts, `work.${caption}`)),
      [],
    );
});

test('what the service says that a job does at the moment has words in every language of the console', () => {
  const steps = new Set<string>();
  for (const name of readdirSync(join(SRC, 'core'), { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.ts'))
      for (const [, text = ''] of readFileSync(join(SRC, 'core', name), 'utf8').matchAll(/\bdoing: '([^']+)'/g))
        steps.add(text);
  assert.ok(steps.size > 5, `${steps.size} steps`);
  for (const texts of [en, de])
    assert.deepEqual(
      [...steps].filter((text) => !Object.hasOwn(texts, `step.${text}`)),
      [],
    );
});

test('a refusal of the service that a person can meet here has a title in every language', () => {
  // What only a program gets wrong is told as the service says it.
  const ofPrograms = /^(?:csrf|foreign|method|unsupported|unknown|idempotency|unauthenticated)/;
  for (const texts of [en, de])
    assert.deepEqual(
      Object.keys(PROBLEMS).filter((code) => !ofPrograms.test(code) && !Object.hasOwn(texts, `problem.${code}`)),
      [],
    );
});

test('every page of the console has a sentence in its document', () => {
  const text = readFileSync(join(SRC, '../docs/console/README.md'), 'utf8');
  const titles = Object.entries(en).flatMap(([key, title]) => (/^(?:nav|tab)\./.test(key) ? [title] : []));
  assert.ok(titles.length > 14, `${titles.length} pages`);
  assert.deepEqual(
    titles.filter((title) => !text.includes(`**${title}**`)),
    [],
  );
});

test('every finding of an import has words of the console, and where the console can help, says how', () => {
  const shownByTheApi = new Set<string>([MESSAGE.hardware, MESSAGE.setting]);
  for (const texts of [en, de])
    for (const number of Object.values(MESSAGE))
      if (!shownByTheApi.has(number))
        for (const group of ['finding', 'fix'])
          assert.ok(Object.hasOwn(texts, `${group}.${number}`), `${group}.${number}`);
});
