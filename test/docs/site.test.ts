import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { referencePages } from '../parity/reference-pages.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'docs/.vitepress/dist');
const OUTSIDE = /^(?:node_modules|\.vitepress)\//;

test('script/docs builds the site: no dead link, and a page for every document and every class', async () => {
  const { stdout, stderr } = await promisify(execFile)(join(ROOT, 'script/docs'), { maxBuffer: 1 << 26 });
  assert.match(stdout + stderr, /build complete/);
  const documents = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.md') && !OUTSIDE.test(name),
  );
  const missing = documents
    .map((name) => name.replace(/^README\.md$/, 'index.md').replace(/\.md$/, '.html'))
    .filter((name) => !existsSync(join(DIST, name)));
  assert.deepEqual(missing, []);
  const classes = [...(await referencePages()).keys()];
  assert.ok(classes.length > 400, `${classes.length} pages of reference`);
  for (const page of classes)
    assert.ok(existsSync(join(DIST, 'reference', page.replace(/\.md$/, '.html'))), `no page for ${page}`);
  const service = readFileSync(join(DIST, 'reference/v2/Msvm_VirtualSystemManagementService.html'), 'utf8');
  for (const word of ['DefineSystem', 'SystemSettings', '32773', 'RealizePlannedSystem'])
    assert.ok(service.includes(word), word);
  // Pages that include a file of the root have its text.
  for (const [page, word] of [
    ['tour', 'script/guest-image'],
    ['architecture', 'One event'],
    ['changelog', 'Unreleased'],
  ] as const)
    assert.ok(readFileSync(join(DIST, `${page}.html`), 'utf8').includes(word), page);
});
